// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/records.hpp"

namespace troupe::test {

namespace {

void drop_times(nlohmann::json& x) {
  if (x.is_object())
    x.erase("timing");
  for (auto& part : x)
    if (part.is_structured())
      drop_times(part);
}

void add_statuses(const step_result& x, nlohmann::json& out) {
  out[x.path] = to_string(x.status);
  if (x.metadata.contains("fallback_triggered"))
    return; // which of its nodes have run is another matter
  for (auto& child : x.children)
    add_statuses(*child, out);
}

} // namespace

nlohmann::json essence_of(const run_result& x) {
  auto statuses = nlohmann::json::object();
  if (x.tree)
    add_statuses(*x.tree, statuses);
  nlohmann::json out{{"status", to_string(x.status)},
                     {"error", x.error ? nlohmann::json(*x.error) : nlohmann::json{}},
                     {"output", x.output.json()},
                     {"context", x.context.json()},
                     {"nodes", std::move(statuses)}};
  drop_times(out["output"]);
  return out;
}

book::book(const std::vector<ledger_line>& all, const std::string& run_id) {
  for (auto& line : all) {
    if (!line.key.starts_with(run_id + "/"))
      continue;
    auto& entry = entries_[{line.key.substr(run_id.size() + 1), line.attempt}];
    if (line.what == "begin")
      entry.begins.push_back(line);
    else if (line.what != "stopped")
      ++entry.ends;
  }
}

bool book::has_ended(const attempt& x) const {
  auto found = entries_.find(x);
  return found != entries_.end() && found->second.ends > 0;
}

size_t book::repeats() const {
  size_t count = 0;
  for (auto& [attempt, x] : entries_)
    count += x.begins.size() - 1;
  return count;
}

size_t book::repeats_begun_since(duration x) const {
  size_t count = 0;
  for (auto& [attempt, entry] : entries_)
    if (entry.begins.front().at >= x)
      count += entry.begins.size() - 1;
  return count;
}

event_listener records::listener() {
  return [this](const event& x) {
    std::lock_guard guard{mutex_};
    if (x.type == event_type::branch_moved)
      ++moves_[x.path];
    if (x.type == event_type::step_finished && x.data.at("status") == "succeeded")
      ends_.emplace(x.path, ledger_time());
    has_ended_ = x.type == event_type::run_finished;
    ended_.notify_all();
  };
}

void records::wait_for_end() {
  std::unique_lock guard{mutex_};
  ended_.wait(guard, [this] { return has_ended_; });
}

std::optional<duration> records::end_of(const std::string& path) const {
  std::lock_guard guard{mutex_};
  auto found = ends_.find(path);
  return found == ends_.end() ? std::nullopt : std::optional{found->second};
}

size_t records::moves_around(const std::string& path) const {
  size_t count = 0;
  for (auto& [branch, moves] : moves())
    if (path == branch || path.starts_with(branch + "/"))
      count += moves;
  return count;
}

std::map<std::string, size_t> records::moves() const {
  std::lock_guard guard{mutex_};
  return moves_;
}

size_t records::count_of_moves() const {
  size_t count = 0;
  for (auto& [branch, moves] : moves())
    count += moves;
  return count;
}

} // namespace troupe::test
