// SPDX-License-Identifier: Apache-2.0
#include "cli/graph_layout.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace troupe::cli {

namespace {

using nlohmann::json;

class layouter {
public:
  explicit layouter(size_t nodes) : out_(nodes), ways_in_(nodes), is_placed_(nodes) {}

  void add(size_t from, size_t to) {
    out_[from].push_back(to);
    ++ways_in_[to];
  }

  std::optional<graph_layout> run() {
    std::vector<size_t> starts;
    for (size_t node = 0; node < out_.size(); ++node)
      if (ways_in_[node] == 0)
        starts.push_back(node);
    if (starts.empty())
      return {};
    graph_layout all;
    auto next = starts.size() > 1 ? fan_out(all, starts, none()) : starts.front();
    auto rest = line(next, none());
    all.line.insert(all.line.end(), rest.line.begin(), rest.line.end());
    auto is_whole = std::find(is_placed_.begin(), is_placed_.end(), false) == is_placed_.end();
    return is_right_ && is_whole ? std::optional{std::move(all)} : std::nullopt;
  }

private:
  size_t none() const { return out_.size(); }

  /// From a node on, until one at which branches meet.
  graph_layout line(size_t node, size_t stop) {
    graph_layout all;
    while (node != none() && node != stop && is_right_) {
      if (is_placed_[node]) {
        is_right_ = false; // a way leads in from the side
        break;
      }
      is_placed_[node] = true;
      all.line.push_back({node});
      auto& next = out_[node];
      if (next.size() > 1)
        node = fan_out(all, next, stop);
      else
        node = next.empty() ? none() : next.front();
      is_right_ = is_right_ && (node != none() || stop == none());
    }
    return all;
  }

  /// Branches, and then the node at which they meet.
  size_t fan_out(graph_layout& all, const std::vector<size_t>& heads, size_t stop) {
    auto join = meeting_of(heads);
    join = join == none() ? stop : join;
    graph_layout::place group;
    for (auto head : heads)
      group.branches.push_back(line(head, join));
    all.line.push_back(std::move(group));
    return join;
  }

  /// The first node that all of them lead to.
  size_t meeting_of(const std::vector<size_t>& heads) const {
    std::vector<size_t> count(out_.size());
    for (auto head : heads) {
      auto reached = reachable_from(head);
      for (size_t node = 0; node < reached.size(); ++node)
        count[node] += reached[node] ? 1 : 0;
    }
    auto best = none();
    size_t most = 0;
    for (size_t node = 0; node < count.size(); ++node) {
      if (count[node] != heads.size())
        continue;
      auto reached = reachable_from(node);
      auto behind = static_cast<size_t>(std::count(reached.begin(), reached.end(), true));
      if (behind > most) {
        most = behind;
        best = node;
      }
    }
    return best;
  }

  std::vector<bool> reachable_from(size_t start) const {
    std::vector<bool> reached(out_.size());
    std::vector<size_t> todo{start};
    reached[start] = true;
    while (!todo.empty()) {
      auto node = todo.back();
      todo.pop_back();
      for (auto to : out_[node])
        if (!reached[to]) {
          reached[to] = true;
          todo.push_back(to);
        }
    }
    return reached;
  }

  std::vector<std::vector<size_t>> out_;
  std::vector<size_t> ways_in_;
  std::vector<bool> is_placed_;
  bool is_right_ = true;
};

} // namespace

std::optional<graph_layout> layout_of(const json& nodes, const json& edges) {
  constexpr size_t most_nodes = 500; // what is larger nobody reads as a tree
  if (nodes.size() > most_nodes)
    return {};
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < nodes.size(); ++i)
    places.emplace(nodes[i]["id"], i);
  layouter all{nodes.size()};
  for (auto& edge : edges) {
    auto from = places.find(edge["from"].get<std::string>());
    auto to = places.find(edge["to"].get<std::string>());
    if (edge.contains("action") || from == places.end() || to == places.end())
      return {};
    all.add(from->second, to->second);
  }
  return all.run();
}

} // namespace troupe::cli
