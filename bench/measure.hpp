// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/engine.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
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

struct pair_of_medians {
  double ours, twin;
};

/// Runs the two in turn (A B A B …), so that what the machine does meanwhile hits both.
inline pair_of_medians in_turn(int rounds, const std::function<void()>& ours,
                               const std::function<void()>& twin) {
  std::vector<double> a, b;
  ours(), twin(); // warm
  for (auto i = 0; i < rounds; ++i) {
    a.push_back(time_of(ours));
    b.push_back(time_of(twin));
  }
  return {median(std::move(a)), median(std::move(b))};
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

inline void must_succeed(const troupe::run_result& x) {
  if (!x.success()) {
    std::fprintf(stderr, "the run failed: %s\n", x.error ? x.error->message.c_str() : "?");
    std::exit(1);
  }
}

} // namespace bench
