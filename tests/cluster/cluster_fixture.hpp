// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/flows.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

/// Several engines that meet over real connections of this machine: one begins runs, the others
/// are workers.
class cluster_fixture {
public:
  using add_fn = std::function<void(registry&)>;

  /// `add`: what every engine has besides the built-in kinds.
  explicit cluster_fixture(size_t workers = 2, add_fn add = {}, network_options options = {})
    : options_{std::move(options)}, add_{std::move(add)}, home{make_engine()} {
    for (size_t i = 0; i < workers; ++i)
      add_worker({.name = "w" + std::to_string(i + 1)});
  }

  engine& add_worker(worker_options options, const add_fn& more = {}) {
    auto& made = engines_.emplace_back(make_engine());
    if (more)
      more(made->steps());
    auto started = worker::start(*made, std::move(options));
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    workers_.push_back(std::move(*started));
    auto connected = home->connect("127.0.0.1:" + std::to_string(workers_.back().port()));
    BOOST_REQUIRE_MESSAGE(connected, (connected ? "" : connected.error().message));
    return *made;
  }

  flow nodes(const std::string& text, const std::string& more = "") {
    return must_parse("{'troupe': 1, 'name': 'test', " + more + " 'pipeline': [" + text + "]}",
                      home->steps());
  }
  run_result run(const std::string& text, value inputs = {}, run_options options = {}) {
    return home->run(nodes(text), std::move(inputs), std::move(options));
  }
  nlohmann::json output_of(const std::string& text, value inputs = {}) {
    auto result = run(text, std::move(inputs));
    BOOST_REQUIRE_MESSAGE(result.success(), (result.error ? result.error->message : "no error"));
    return result.output.json();
  }

  std::vector<worker>& workers() { return workers_; }
  /// The worker is gone at once, with all that runs on it.
  void lose(size_t place) { workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(place)); }

private:
  std::unique_ptr<engine> make_engine() const {
    engine_options all;
    all.network = options_;
    auto made = std::make_unique<engine>(std::move(all));
    if (add_)
      add_(made->steps());
    return made;
  }

  network_options options_;
  add_fn add_;
  std::vector<std::unique_ptr<engine>> engines_;
  std::vector<worker> workers_; // end before their engines

public:
  std::unique_ptr<engine> home;
};

/// The result of the node of that path; null if there is none.
inline std::shared_ptr<const step_result> find_result(const std::shared_ptr<const step_result>& in,
                                                      const std::string& path) {
  if (!in || in->path == path)
    return in;
  for (auto& child : in->children)
    if (auto found = find_result(child, path))
      return found;
  return nullptr;
}

} // namespace troupe::test
