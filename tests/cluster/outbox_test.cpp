// SPDX-License-Identifier: Apache-2.0
#include "cluster/outbox.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace {

outbox::write_fn text(std::string x) {
  return [x = std::move(x)] { return x; };
}

} // namespace

BOOST_AUTO_TEST_SUITE(outbox_suite)

BOOST_AUTO_TEST_CASE(what_waits_goes_in_one_envelope_and_what_is_urgent_before_it) {
  outbox x;
  x.push(1, text("a"));
  x.push(2, text("b"));
  x.push_urgent("!");
  BOOST_TEST(x.next().value() == "!ab");
  BOOST_TEST(!x.next());
}

BOOST_AUTO_TEST_CASE(no_more_than_a_window_is_on_its_way) {
  outbox x;
  std::string large(outbox::window, 'x');
  for (auto i = 0; i < 3; ++i)
    x.push(0, text(large));
  BOOST_TEST(x.next().value().size() == outbox::window);
  BOOST_TEST(!x.next());
  x.push_urgent("!");
  BOOST_TEST(x.next().value() == "!"); // a heartbeat always
  x.acknowledge(1);
  BOOST_TEST(!x.next());
  x.acknowledge(outbox::window + 1);
  BOOST_TEST(x.next().value().size() == outbox::window);
  BOOST_TEST(x.waiting() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_out_before_its_turn) {
  outbox x;
  auto written = 0;
  x.push(0, text(std::string(outbox::window, 'x')));
  for (auto i = 0; i < 1000; ++i)
    x.push(0, [&] {
      ++written;
      return std::string(1000, 'y');
    });
  x.next();
  BOOST_TEST(written == 0);
  x.acknowledge(outbox::window);
  while (x.next()) {
  }
  BOOST_TEST(written == 1000);
}

BOOST_AUTO_TEST_CASE(what_has_not_been_sent_can_be_taken_back) {
  outbox x;
  x.push(1, text("a"));
  x.push(2, text("b"));
  BOOST_TEST(x.take_back(1));
  BOOST_TEST(!x.take_back(3));
  BOOST_TEST(x.next().value() == "b");
  BOOST_TEST(!x.take_back(2));
}

BOOST_AUTO_TEST_CASE(a_peer_that_acknowledges_what_was_never_sent_gets_no_credit_for_it) {
  outbox x;
  x.acknowledge(uint64_t{1} << 60);
  x.push(0, text(std::string(outbox::window, 'x')));
  x.push(0, text("y"));
  BOOST_TEST(x.next().has_value());
  BOOST_TEST(!x.next());
}

BOOST_AUTO_TEST_CASE(the_other_side_says_in_time_what_it_has_received) {
  inbox x;
  BOOST_TEST(!x.take(100));
  BOOST_TEST(x.take(outbox::window / 4));
  BOOST_TEST(x.acknowledge() == 100 + outbox::window / 4);
  BOOST_TEST(!x.take(100));
}

BOOST_AUTO_TEST_SUITE_END()
