// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/terminal.hpp"
#include "troupe/event.hpp"
#include "troupe/flow.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::cli {

/// What is known of a run while it goes on: who runs, how far groups are, what it has cost. Pure:
/// told of events, it gives lines.
class live_state {
public:
  explicit live_state(const flow& x);
  void take(const event& x);

  /// A line for each node that runs, in the order in which they began, then one for the run. At
  /// most `rows` lines of at most the terminal's columns.
  std::vector<std::string> lines(wall_time now, const terminal& where, size_t rows) const;

private:
  struct running_node {
    std::string path;
    std::string type;
    wall_time since;
    std::string note; ///< the last thing that it said
  };
  struct group {
    size_t children = 0; ///< 0: a batch, whose items are not known before
    size_t ended = 0;
  };
  void count(const nlohmann::json& nodes);
  void finish(const event& x);
  std::vector<running_node> below_their_groups() const;
  std::string line_for(const running_node& x, wall_time now, const terminal& where) const;
  std::string summary(wall_time now, const terminal& where) const;

  std::vector<running_node> running_;
  std::map<std::string, group> groups_; // by path
  std::set<std::string> nodes_;         // paths of those that the document has
  wall_time begin_ = {};
  size_t ended_ = 0, failed_ = 0;
  double cost_ = 0;
  int64_t tokens_ = 0;
};

} // namespace troupe::cli
