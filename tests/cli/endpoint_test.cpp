// SPDX-License-Identifier: Apache-2.0
#include "cli/endpoint.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::cli;

namespace {

/// `host|port`, or empty.
std::string parts_of(const std::string& text) {
  auto x = read_endpoint(text);
  return x ? x->host + "|" + std::to_string(x->port) : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(endpoint_suite)

BOOST_AUTO_TEST_CASE(names_and_addresses_have_a_port) {
  BOOST_TEST(parts_of("gpu1:4242") == "gpu1|4242");
  BOOST_TEST(parts_of("10.0.0.5:65535") == "10.0.0.5|65535");
  BOOST_TEST(parts_of("[fd00::1]:4242") == "fd00::1|4242");
  BOOST_TEST(parts_of("127.0.0.1:0") == "127.0.0.1|0");
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
  for (auto text : {"", ":", "gpu1", "gpu1:", ":4242", "gpu1:65536", "gpu1:-1", "gpu1:+1",
                    "gpu1:1x", "gpu1: 1", "fd00::1:4242", "[gpu1]:4242", "[]:1", "[fd00::1:1",
                    "a b:1", "a/b:1", "http://gpu1:80", "user@gpu1:80"})
    BOOST_TEST(parts_of(text) == "", text);
}

BOOST_AUTO_TEST_CASE(nobody_can_be_reached_at_port_0) {
  BOOST_TEST(is_reachable_name("gpu1:1"));
  BOOST_TEST(!is_reachable_name("gpu1:0"));
  BOOST_TEST(!is_reachable_name("gpu1"));
}

BOOST_AUTO_TEST_SUITE_END()
