// SPDX-License-Identifier: Apache-2.0
#include "cluster/strangers.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <sys/socket.h>
#include <unistd.h>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// A connection of which the other end is in the same hands.
class connection {
public:
  connection() {
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()) == 0);
  }
  ~connection() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  int socket() const { return ends_[0]; }
  bool is_hung_up() const {
    char byte = 0;
    return ::recv(ends_[1], &byte, 1, 0) == 0;
  }

private:
  std::array<int, 2> ends_{};
};

const strangers::clock::time_point start{};

} // namespace

BOOST_AUTO_TEST_SUITE(strangers_suite)

BOOST_AUTO_TEST_CASE(the_oldest_goes_when_there_are_too_many) {
  auto all = std::make_shared<strangers>(2, 5s);
  std::array<connection, 3> x;
  std::array<std::shared_ptr<void>, 3> held;
  for (size_t i = 0; i < 3; ++i) {
    BOOST_TEST(!x[0].is_hung_up());
    held[i] = all->add(x[i].socket(), start);
  }
  BOOST_TEST(x[0].is_hung_up());
  BOOST_TEST(!x[1].is_hung_up());
  BOOST_TEST(!x[2].is_hung_up());
}

BOOST_AUTO_TEST_CASE(who_has_shown_who_they_are_stays) {
  auto all = std::make_shared<strangers>(1, 5s);
  connection known, other;
  all->add(known.socket(), start); // and is none any more
  auto held = all->add(other.socket(), start);
  all->hang_up_on_late(start + 6s);
  BOOST_TEST(!known.is_hung_up());
  BOOST_TEST(other.is_hung_up());
}

BOOST_AUTO_TEST_CASE(who_takes_too_long_goes) {
  auto all = std::make_shared<strangers>(10, 5s);
  connection early, late;
  auto first = all->add(early.socket(), start);
  auto second = all->add(late.socket(), start + 3s);
  all->hang_up_on_late(start + 5s);
  BOOST_TEST(!early.is_hung_up());
  all->hang_up_on_late(start + 6s);
  BOOST_TEST(early.is_hung_up());
  BOOST_TEST(!late.is_hung_up());
}

BOOST_AUTO_TEST_SUITE_END()
