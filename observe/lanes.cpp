// SPDX-License-Identifier: Apache-2.0
#include "observe/lanes.hpp"

#include <algorithm>
#include <numeric>

namespace troupe::observe {

namespace {

/// What has begun in a lane and not ended, the innermost last.
using lane = std::vector<size_t>;

bool takes(lane& x, size_t candidate, const std::vector<span>& all) {
  auto& span = all[candidate];
  while (!x.empty() && all[x.back()].start + all[x.back()].duration <= span.start)
    x.pop_back();
  if (x.empty())
    return true;
  auto& around = all[x.back()];
  return span.parent == x.back() && span.start + span.duration <= around.start + around.duration;
}

} // namespace

std::vector<size_t> lanes_for(const std::vector<span>& all) {
  std::vector<size_t> in_time(all.size()), chosen(all.size());
  std::iota(in_time.begin(), in_time.end(), size_t{0});
  std::erase_if(in_time, [&](auto i) { return !all[i].took_time(); });
  std::stable_sort(in_time.begin(), in_time.end(),
                   [&](auto a, auto b) { return all[a].start < all[b].start; });
  std::vector<lane> lanes;
  for (auto i : in_time) {
    auto beside = [&](auto& x) { return takes(x, i, all); };
    auto home = all[i].parent ? chosen[*all[i].parent] : 0;
    auto at = home;
    if (home >= lanes.size() || !beside(lanes[home]))
      at = static_cast<size_t>(std::find_if(lanes.begin(), lanes.end(), beside) - lanes.begin());
    if (at == lanes.size())
      lanes.emplace_back();
    lanes[at].push_back(i);
    chosen[i] = at;
  }
  return chosen;
}

} // namespace troupe::observe
