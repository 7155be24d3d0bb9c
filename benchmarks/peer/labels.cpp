// The label search of greenroute.solver.labels in plain C++, to compare its speed with.
//
// Same labels, stairs, ladder and order of pops; arrays are standard vectors. The caller
// hands over usable arcs, packed rises and limits; see ../speed/peer.py.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using Word = std::uint64_t;
using Half = std::uint32_t;
constexpr Half kNone = ~Half{0};
constexpr Word kMostBuckets = 8192;

struct Entry {
  Word first, rest;
  Half arc, parent;
  bool operator<(const Entry& other) const {
    return first != other.first ? first < other.first : rest < other.rest;
  }
};

// Four children to a parent.
struct Heap {
  std::vector<Entry> entries;

  void push(const Entry& entry) {
    std::size_t i = entries.size();
    entries.push_back(entry);
    while (i > 0) {
      const std::size_t parent = (i - 1) / 4;
      if (!(entry < entries[parent])) break;
      entries[i] = entries[parent];
      i = parent;
    }
    entries[i] = entry;
  }

  Entry pop() {
    const Entry top = entries.front(), last = entries.back();
    entries.pop_back();
    const std::size_t size = entries.size();
    if (size == 0) return top;
    std::size_t i = 0;
    for (std::size_t child = 1; child < size; child = 4 * i + 1) {
      std::size_t least = child;
      const std::size_t end = std::min(child + 4, size);
      for (std::size_t other = child + 1; other < end; ++other)
        if (entries[other] < entries[least]) least = other;
      if (!(entries[least] < last)) break;
      entries[i] = entries[least];
      i = least;
    }
    entries[i] = last;
    return top;
  }
};

// Settled second and third objectives of a node: second ascending, third falling.
struct Stairs {
  std::vector<Word> words;

  bool dominate(Word word, Word guard, Word* by) const {
    auto above = std::upper_bound(words.begin(), words.end(), word);
    if (above == words.begin()) return false;
    *by = *(above - 1);
    return (((word | guard) - *by) & guard) == guard;
  }

  void add(Word word, Word guard) {
    auto at = std::upper_bound(words.begin(), words.end(), word);
    auto last = at;
    while (last != words.end() && (((*last | guard) - word) & guard) == guard) ++last;
    if (last == at) {
      words.insert(at, word);
    } else {
      *at = word;
      words.erase(at + 1, last);
    }
  }
};

struct Waiting {
  Entry entry;
  Half next;
};

// Labels to come: the nearest in a heap, others in buckets, those far ahead in a list.
struct Ladder {
  Heap heap;
  std::vector<Waiting> waiting;
  std::vector<Half> buckets = std::vector<Half>(kMostBuckets, kNone);
  Half free = kNone, ahead = kNone;
  Word heap_end = 0, begin = 0, n_buckets = 0, next = 0, n_ahead = 0;
  Word least = ~Word{0}, most = 0;
  int shift = 0;

  void push(const Entry& entry) {
    if (entry.first < heap_end) {
      heap.push(entry);
      return;
    }
    Half slot = free;
    if (slot == kNone) {
      slot = static_cast<Half>(waiting.size());
      waiting.emplace_back();
    } else {
      free = waiting[slot].next;
    }
    const Word bucket = (entry.first - begin) >> shift;
    Half* list = &ahead;
    if (bucket < n_buckets) {
      list = &buckets[bucket];
    } else {
      ++n_ahead;
      least = std::min(least, entry.first);
      most = std::max(most, entry.first);
    }
    waiting[slot] = {entry, *list};
    *list = slot;
  }

  void spread() {
    begin = least;
    const Word span = most - least, wanted = std::min(kMostBuckets, n_ahead << 4);
    for (shift = 0; span >> shift >= wanted;) ++shift;
    for (Half slot = ahead; slot != kNone;) {
      const Half after = waiting[slot].next;
      Half& list = buckets[(waiting[slot].entry.first - begin) >> shift];
      waiting[slot].next = list;
      list = slot;
      slot = after;
    }
    n_buckets = (span >> shift) + 1;
    next = n_ahead = most = 0;
    ahead = kNone;
    least = ~Word{0};
  }

  // Moves the next bucket into the heap; false if nothing is left.
  bool fill(const std::vector<Stairs>& stairs, const Half* head, Word guard) {
    if (next >= n_buckets) {
      if (n_ahead == 0) return false;
      spread();
    }
    while (next < n_buckets && buckets[next] == kNone) ++next;
    if (next < n_buckets) {
      Half slot = buckets[next];
      buckets[next++] = kNone;
      while (slot != kNone) {
        Waiting& there = waiting[slot];
        const Half after = there.next;
        Word by;
        if (!stairs[head[there.entry.arc]].dominate(there.entry.rest, guard, &by))
          heap.push(there.entry);
        there.next = free;
        free = slot;
        slot = after;
      }
    }
    heap_end = begin + (next << shift);
    return true;
  }
};

}  // namespace

// Returns the number of settled labels, and that of points at `n_points`; 0 labels if a
// sum does not fit the packing.
extern "C" Word peer_search(Word n_nodes, Word n_arcs, const Word* start, const Half* head,
                            const Word* first, const Word* rise, Word target, Word shift,
                            Word guard, Word limit, Word first_limit, Word* n_points) {
  std::vector<Stairs> stairs(n_nodes);
  std::vector<Word> dominator(n_arcs, guard);
  std::vector<std::uint64_t> labels;
  Ladder ladder;
  // The last arc leads into the source.
  ladder.push({0, Word{1} << shift, static_cast<Half>(n_arcs), kNone});
  *n_points = 0;
  while (true) {
    if (ladder.heap.entries.empty()) {
      if (!ladder.fill(stairs, head, guard)) break;
      continue;
    }
    const Entry entry = ladder.heap.pop();
    const Half node = head[entry.arc];
    Word by;
    if (stairs[node].dominate(entry.rest, guard, &by) ||
        stairs[target].dominate(entry.rest, guard, &by))
      continue;
    stairs[node].add(entry.rest, guard);
    const Half label = static_cast<Half>(labels.size());
    labels.push_back(Word{entry.arc} << 32 | entry.parent);
    if (node == target) {
      ++*n_points;
      continue;
    }
    for (Word arc = start[node]; arc < start[node + 1]; ++arc) {
      const Word word = entry.rest + rise[arc];
      if ((((word | guard) - dominator[arc]) & guard) == guard) continue;
      const Word total = entry.first + first[arc];
      if (word & guard) return 0;
      if (total > first_limit || (((limit | guard) - word) & guard) != guard) continue;
      if (stairs[target].dominate(word, guard, &by) ||
          stairs[head[arc]].dominate(word, guard, &by)) {
        dominator[arc] = by;
        continue;
      }
      ladder.push({total, word, static_cast<Half>(arc), label});
    }
  }
  return labels.size();
}

// A fixed piece of work that ties seconds of one machine to those of another: 2^20 pushes
// and pops of a heap, and as many steps through a permutation of 2^20 numbers.
extern "C" Word peer_calibration() {
  constexpr Word size = Word{1} << 20;
  Heap heap;
  std::vector<Half> order(size);
  Word state = 2026, sum = 0;
  for (Word i = 0; i < size; ++i) order[i] = static_cast<Half>(i);
  for (Word i = 0; i < size; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    heap.push({state >> 40, state, 0, 0});
    std::swap(order[i], order[state >> 44]);
  }
  for (Half at = 0, step = 0; step < size; ++step) {
    at = order[at] ^ (step & 1);
    sum += at + heap.pop().rest;
  }
  return sum;
}
