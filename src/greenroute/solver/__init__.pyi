from .pareto import ParetoFront as ParetoFront
from .pareto import pareto_front as pareto_front
from .shortest_tree import ShortestTree as ShortestTree
from .shortest_tree import shortest_tree as shortest_tree
from .stop import Gap as Gap
from .stop import Rounds as Rounds
from .stop import TimeLimit as TimeLimit
