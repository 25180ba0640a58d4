// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster_fault/problems.hpp"

#include <vector>

namespace troupe::test {

namespace {

bool is_once(const std::string& path) { return path.ends_with("/paid"); }
bool is_its_fallback(const std::string& path) { return path.ends_with("/asked"); }

std::string text_of(const book::attempt& x) {
  return x.first + ", attempt " + std::to_string(x.second) + ": ";
}

/// All that is to be done has been done, and nothing else.
std::string problems_of_what_was_done(const book& x, const book& expected) {
  std::string out;
  for (auto& [attempt, entry] : expected.entries()) {
    auto replacement = attempt.first.substr(0, attempt.first.rfind('/')) + "/fallback/asked";
    auto is_done =
      x.has_ended(attempt) || (is_once(attempt.first) && x.has_ended({replacement, 1}));
    if (!is_done)
      out += text_of(attempt) + "was not done\n";
  }
  for (auto& [attempt, entry] : x.entries())
    if (!is_its_fallback(attempt.first) && !expected.entries().contains(attempt))
      out += text_of(attempt) + "was not to be done\n";
  return out;
}

/// What was done again is what nobody could know of.
std::string problems_of_repeats(const book& x, const records& seen) {
  std::string out;
  for (auto& [attempt, entry] : x.entries()) {
    auto& path = attempt.first;
    auto most = is_once(path) ? 0 : seen.moves_around(path);
    if (entry.begins.size() > 1 + most)
      out += text_of(attempt) + "began " + std::to_string(entry.begins.size()) +
             " times, moves: " + std::to_string(most) + '\n';
    auto known = seen.end_of(path);
    if (known && entry.begins.back().at > *known)
      out += text_of(attempt) + "began again when its end was known\n";
  }
  return out;
}

/// What is undone, is undone where it was done; what is replaced, is replaced here.
bool stays_where_it_is(const std::string& path) {
  return path.find("/undo/") != path.npos || path.find("/fallback/") != path.npos;
}

/// The processes in which steps of a branch began, one after the other.
std::vector<pid_t> processes_of(const book& x, const std::string& branch) {
  std::map<duration, pid_t> by_time;
  for (auto& [attempt, entry] : x.entries())
    if ((attempt.first + "/").starts_with(branch + "/") && !stays_where_it_is(attempt.first))
      for (auto& begin : entry.begins)
        by_time[begin.at] = begin.process;
  std::vector<pid_t> out;
  for (auto& [time, process] : by_time)
    if (out.empty() || out.back() != process)
      out.push_back(process);
  return out;
}

/// Where a branch is placed anew, nobody goes on with it any more.
std::string problems_of_moves(const book& x, const records& seen) {
  std::string out;
  for (auto& [branch, moves] : seen.moves()) {
    auto processes = processes_of(x, branch);
    if (processes.size() <= 1 + moves)
      continue;
    out += branch + " was in";
    for (auto process : processes)
      out += ' ' + std::to_string(process);
    out += ", moves: " + std::to_string(moves) + '\n';
  }
  return out;
}

} // namespace

std::string problems_of(const book& done, const records& seen, const book& expected) {
  return problems_of_what_was_done(done, expected) + problems_of_repeats(done, seen) +
         problems_of_moves(done, seen);
}

} // namespace troupe::test
