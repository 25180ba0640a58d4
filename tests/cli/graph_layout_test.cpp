// SPDX-License-Identifier: Apache-2.0
#include "cli/graph_layout.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::cli;
using nlohmann::json;

namespace {

/// `a(b,c d)e`: branches in parentheses.
std::string drawn(const graph_layout& x, const json& nodes) {
  std::string text;
  for (auto& place : x.line) {
    if (place.branches.empty()) {
      text += nodes[place.node]["id"].get<std::string>();
      continue;
    }
    std::string inside;
    for (auto& branch : place.branches)
      inside += (inside.empty() ? "" : ",") + drawn(branch, nodes);
    text += "(" + inside + ")";
  }
  return text;
}

/// `ab`: an edge from a to b.
std::string layout(const std::string& ids, const std::vector<std::string>& ways) {
  auto nodes = json::array(), edges = json::array();
  for (auto id : ids)
    nodes.push_back({{"id", std::string(1, id)}});
  for (auto& way : ways)
    edges.push_back({{"from", way.substr(0, 1)}, {"to", way.substr(1, 1)}});
  auto found = layout_of(nodes, edges);
  return found ? drawn(*found, nodes) : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(graph_layout_suite)

BOOST_AUTO_TEST_CASE(what_lies_between_a_fan_out_and_its_fan_in_is_a_group) {
  BOOST_TEST(layout("abcd", {"ab", "ac", "bd", "cd"}) == "a(b,c)d");
  BOOST_TEST(layout("abcde", {"ab", "bc", "ad", "ce", "de"}) == "a(bc,d)e");
  BOOST_TEST(layout("abcdefg", {"ab", "ac", "bd", "be", "df", "ef", "fg", "cg"}) ==
             "a(b(d,e)f,c)g");
}

BOOST_AUTO_TEST_CASE(branches_need_not_meet_or_begin_together) {
  BOOST_TEST(layout("abc", {"ab", "ac"}) == "a(b,c)");
  BOOST_TEST(layout("abc", {"ac", "bc"}) == "(a,b)c");
  BOOST_TEST(layout("abc", {"ab", "bc"}) == "abc");
}

BOOST_AUTO_TEST_CASE(ways_that_cross_are_no_groups) {
  BOOST_TEST(layout("abcd", {"ac", "ad", "bc", "bd"}) == "none");
  BOOST_TEST(layout("abcde", {"ab", "ac", "bd", "cd", "ce", "be"}) == "none");
  BOOST_TEST(layout("ab", {"ab", "ba"}) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
