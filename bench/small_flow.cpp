// SPDX-License-Identifier: Apache-2.0
// What a small flow costs: one on an idle engine, and one after another as fast as they go; and
// whether anything stays behind.

#include "bench/measure.hpp"
#include "bench/raw.hpp"

#include <semaphore>
#include <thread>

namespace {

troupe::flow steps(const troupe::engine& engine, size_t count) {
  return bench::pipeline(engine, bench::repeated(R"({"type": "echo"})", count));
}

/// Everybody has gone to sleep in between.
double idle(const std::function<void()>& run) {
  std::vector<double> all;
  for (auto i = 0; i < 300; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
    all.push_back(bench::time_of(run));
  }
  return bench::median(std::move(all)) * 1e6;
}

constexpr std::ptrdiff_t under_way = 256;

void run_many(troupe::engine& engine, const troupe::flow& flow, size_t count) {
  std::counting_semaphore<under_way> free{under_way};
  for (size_t i = 0; i < count; ++i) {
    free.acquire();
    engine.submit(flow, {}, {}, [&free](troupe::run_result x) {
      bench::must_succeed(x);
      free.release();
    });
  }
  for (auto i = 0; i < under_way; ++i)
    free.acquire();
}

void run_many(bench::raw::system& raw, size_t count) {
  std::counting_semaphore<under_way> free{under_way};
  auto end = raw.caf().spawn([&free](caf::event_based_actor*) -> caf::behavior {
    return {[&free](const bench::raw::reply&) { free.release(); }, [](const bench::raw::stop&) {}};
  });
  for (size_t i = 0; i < count; ++i) {
    free.acquire();
    caf::anon_send(raw.caf().spawn(bench::raw::chain, uint64_t{5}, end),
                   bench::raw::order{0, raw.input});
  }
  for (auto i = 0; i < under_way; ++i)
    free.acquire();
  caf::anon_send_exit(end, caf::exit_reason::user_shutdown);
}

} // namespace

int main() {
  troupe::engine engine;
  bench::raw::system raw;
  auto ten = steps(engine, 10), five = steps(engine, 5);
  auto ours = idle([&] { bench::must_succeed(engine.run(ten)); });
  auto twin = idle([&] { raw.run(bench::raw::chain, 10); });
  bench::tell(
    {"a flow of 10 steps, on an idle engine", ours, "us", twin, bench::at_most(150, 100)});

  run_many(engine, five, 10'000);
  auto memory = bench::resident_mb(), files = bench::entries("/proc/self/fd"),
       threads = bench::entries("/proc/self/task");
  run_many(engine, five, 90'000);
  bench::tell({"memory after 100,000 runs against 10,000",
               bench::resident_mb() - memory,
               "MB",
               {},
               bench::at_most(2)});
  bench::tell({"open files after them",
               bench::entries("/proc/self/fd") - files,
               "more",
               {},
               bench::at_most(0)});
  bench::tell({"threads after them",
               bench::entries("/proc/self/task") - threads,
               "more",
               {},
               bench::at_most(0)});

  constexpr size_t runs = 20'000;
  auto times = bench::in_turn(
    5, [&] { run_many(engine, five, runs); }, [&] { run_many(raw, runs); });
  bench::tell({"flows of 5 steps in a second", runs / times.ours, "/s", runs / times.twin,
               bench::at_least(20'000, 50'000)});
  bench::tell_peak();
}
