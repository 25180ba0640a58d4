// SPDX-License-Identifier: Apache-2.0
#include "actors/thread_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <latch>

using namespace troupe;

namespace {

/// Tells the thread that it runs in, and holds it until it is let go.
struct held_job : job {
  std::promise<std::thread::id> began;
  std::promise<void> may_end;
  std::promise<error> refused;
  std::atomic<bool> abandoned = false;

  void run() noexcept override {
    began.set_value(std::this_thread::get_id());
    may_end.get_future().wait();
  }
  void refuse(const error& why) override { refused.set_value(why); }
  bool is_abandoned() const override { return abandoned; }
};

std::shared_ptr<held_job> submitted(thread_pool& pool) {
  auto x = std::make_shared<held_job>();
  pool.submit(x);
  return x;
}

} // namespace

BOOST_AUTO_TEST_SUITE(thread_pool_suite)

BOOST_AUTO_TEST_CASE(each_job_gets_a_thread_while_there_may_be_more) {
  thread_pool pool{2};
  auto first = submitted(pool), second = submitted(pool);
  auto one = first->began.get_future().get(), other = second->began.get_future().get();
  BOOST_TEST((one != other)); // both run at once
  auto third = submitted(pool);
  first->may_end.set_value();
  BOOST_TEST((third->began.get_future().get() == one)); // it had to wait for one
  second->may_end.set_value();
  third->may_end.set_value();
}

BOOST_AUTO_TEST_CASE(what_queues_behind_abandoned_jobs_alone_is_refused) {
  thread_pool pool{1};
  auto lost = submitted(pool);
  lost->began.get_future().wait();
  auto queued = submitted(pool);
  lost->abandoned = true;
  pool.check();
  BOOST_TEST((queued->refused.get_future().get().code == errc::pool_exhausted));
  BOOST_TEST((submitted(pool)->refused.get_future().get().code == errc::pool_exhausted));
  lost->may_end.set_value();
}

BOOST_AUTO_TEST_CASE(what_queues_at_the_end_is_run_first) {
  std::latch ran{2};
  struct counted : job {
    explicit counted(std::latch& x) : all{x} {}
    void run() noexcept override { all.count_down(); }
    void refuse(const error&) override {}
    std::latch& all;
  };
  {
    thread_pool pool{1};
    pool.submit(std::make_shared<counted>(ran));
    pool.submit(std::make_shared<counted>(ran));
  }
  BOOST_TEST(ran.try_wait());
}

BOOST_AUTO_TEST_SUITE_END()
