// SPDX-License-Identifier: Apache-2.0
// How long a group of 10,000 running branches takes to end when one of them fails.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

#include <condition_variable>
#include <mutex>

namespace {

constexpr size_t branches = 10'000;
constexpr int rounds = 7;

/// Says that it is there, and answers when it is told to stop.
class raw_branch : public caf::event_based_actor {
public:
  raw_branch(caf::actor_config& cfg, caf::actor parent)
    : event_based_actor{cfg}, parent_{std::move(parent)} {}
  caf::behavior make_behavior() override {
    return {[this](const bench::raw::order& x) {
              send(parent_, bench::raw::reply{x.number, x.input});
            },
            [this](const bench::raw::stop&) {
              send(parent_, bench::raw::reply{});
              quit();
            }};
  }

private:
  caf::actor parent_;
};

/// Answers when all are there, and again when all have stopped.
caf::behavior raw_group(caf::event_based_actor* self, const caf::actor& whom) {
  auto all = std::make_shared<std::vector<caf::actor>>();
  auto left = std::make_shared<size_t>(branches);
  return {[=](const bench::raw::order& x) {
            for (size_t i = 0; i < branches; ++i) {
              all->push_back(self->spawn<raw_branch, caf::lazy_init>(self));
              self->send(all->back(), bench::raw::order{i, x.input});
            }
          },
          [=](const bench::raw::stop&) {
            *left = branches;
            for (auto& one : *all)
              self->send<caf::message_priority::high>(one, bench::raw::stop{});
          },
          [=](const bench::raw::reply& x) {
            if (--*left == 0)
              self->send(whom, x);
          }};
}

double raw_time() {
  bench::raw::system raw;
  caf::scoped_actor self{raw.caf()};
  std::vector<double> all;
  for (auto i = 0; i < rounds; ++i) {
    auto group = self->spawn(raw_group, caf::actor_cast<caf::actor>(self.ptr()));
    auto answered = [&] { self->receive([](const bench::raw::reply&) {}); };
    self->send(group, bench::raw::order{0, raw.input});
    answered();
    all.push_back(bench::time_of([&] {
      self->send(group, bench::raw::stop{});
      answered();
    }));
    self->send_exit(group, caf::exit_reason::user_shutdown);
  }
  return bench::median(std::move(all));
}

} // namespace

int main() {
  troupe::engine engine;
  std::chrono::steady_clock::time_point failed_at;
  std::mutex mutex;
  std::condition_variable changed;
  auto may_fail = false;
  engine.steps().add("fail_when_told", [&](const troupe::step_input&) -> troupe::step_output {
    std::unique_lock guard{mutex};
    changed.wait(guard, [&] { return may_fail; });
    failed_at = std::chrono::steady_clock::now();
    throw troupe::step_error{troupe::errc::step_failed, "now"};
  });
  auto nap = std::string{R"({"type": "sleep", "params": {"for": "1h"}})"};
  auto flow = bench::pipeline(engine, R"({"parallel": [{"type": "fail_when_told"},)" +
                                        bench::repeated(nap, branches) + "]}");
  std::vector<double> all;
  for (auto i = 0; i < rounds; ++i) {
    may_fail = false;
    auto run = engine.submit(flow);
    // Until every branch runs; a second is ample, and not part of what is measured.
    run.wait_for(std::chrono::seconds{1});
    {
      std::lock_guard guard{mutex};
      may_fail = true;
      changed.notify_all();
    }
    auto result = run.result();
    all.push_back(bench::seconds{std::chrono::steady_clock::now() - failed_at}.count());
    if (result.status != troupe::status::failed)
      return 1;
  }
  bench::tell({"10,000 running branches end when one fails", bench::median(all) * 1e3, "ms",
               raw_time() * 1e3, bench::at_most(50, 20)});
  bench::tell_peak();
}
