// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/figures.hpp"
#include "troupe/engine.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace bench {

using seconds = std::chrono::duration<double>;

inline double time_of(const std::function<void()>& work) {
  auto begin = std::chrono::steady_clock::now();
  work();
  return seconds{std::chrono::steady_clock::now() - begin}.count();
}

inline double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

inline double least(const std::vector<double>& all) {
  return *std::min_element(all.begin(), all.end());
}

/// The best of each: raw CAF bounces between threads, so that its median is a matter of luck.
struct pair_of_times {
  double ours, twin;
};

/// Runs the two in turn (A B A B …), so that what the machine does meanwhile hits both.
inline pair_of_times in_turn(int rounds, const std::function<void()>& ours,
                             const std::function<void()>& twin) {
  std::vector<double> a, b;
  ours(), twin(); // warm
  for (auto i = 0; i < rounds; ++i) {
    a.push_back(time_of(ours));
    b.push_back(time_of(twin));
  }
  return {least(a), least(b)};
}

/// A flow, or the end of the program.
inline troupe::flow must_parse(const troupe::engine& engine, const std::string& text) {
  auto read = engine.parse(text);
  if (!read) {
    for (auto& x : read.error())
      std::fputs(to_string(x).c_str(), stderr);
    std::exit(1);
  }
  return *read;
}

/// A flow of these nodes.
inline troupe::flow pipeline(const troupe::engine& engine, const std::string& nodes,
                             const std::string& more = "") {
  return must_parse(engine, R"({"troupe": 1, )" + more + R"("pipeline": [)" + nodes + "]}");
}

/// `node` that many times, separated by commas.
inline std::string repeated(const std::string& node, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += (i == 0 ? "" : ",") + node;
  return text;
}

/// Peak memory of the process so far.
inline double peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Memory of the process now.
inline double resident_mb() {
  std::ifstream in{"/proc/self/statm"};
  size_t all = 0, resident = 0;
  in >> all >> resident;
  return static_cast<double>(resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE))) / (1 << 20);
}

/// How many there are: of /proc/self/fd, or of /proc/self/task.
inline double entries(const char* folder) {
  return static_cast<double>(std::distance(std::filesystem::directory_iterator{folder}, {}));
}

/// How the cost of one grows with the number of all, from three sizes: the best of some runs of
/// each. `run(size)` is what is measured.
inline void tell_growth(const std::string& what, const std::array<size_t, 3>& sizes,
                        const std::function<std::function<void()>(size_t)>& make, int rounds = 9,
                        std::optional<goal> wanted = at_most(1.2)) {
  std::array<std::function<void()>, 3> all;
  std::array<std::vector<double>, 3> times;
  for (size_t i = 0; i < 3; ++i)
    all[i] = make(sizes[i]), all[i]();
  for (auto round = 0; round < rounds; ++round)
    for (size_t i = 0; i < 3; ++i)
      times[i].push_back(time_of(all[i]) / static_cast<double>(sizes[i]));
  auto growth = least(times[2]) / least(times[0]);
  auto exponent =
    1 + std::log(growth) / std::log(static_cast<double>(sizes[2]) / static_cast<double>(sizes[0]));
  char how[96];
  std::snprintf(how, sizeof how, " (%.2f, %.2f, %.2f us; exponent %.2f)", least(times[0]) * 1e6,
                least(times[1]) * 1e6, least(times[2]) * 1e6, exponent);
  tell({.what = what + how, .value = growth, .unit = "x", .goal = wanted});
}

/// The last row of a program: a process for each question makes this its own.
inline void tell_peak() { tell({.what = "peak memory", .value = peak_mb(), .unit = "MB"}); }

inline void must_succeed(const troupe::run_result& x) {
  if (!x.success()) {
    std::fprintf(stderr, "the run failed: %s\n", x.error ? x.error->message.c_str() : "?");
    std::exit(1);
  }
}

} // namespace bench
