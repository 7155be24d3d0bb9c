from .pareto import ParetoFront as ParetoFront
from .pareto import pareto_front as pareto_front
from .stop import Gap as Gap
from .stop import Rounds as Rounds
from .stop import TimeLimit as TimeLimit
