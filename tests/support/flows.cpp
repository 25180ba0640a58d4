// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace troupe::test {

namespace {

diagnostics all_of(const std::string& text, const std::string& name) {
  auto read = parse_flow(quoted(text), built_in_kinds(), name);
  return read ? read->warnings() : read.error();
}

} // namespace

registry built_in_kinds() {
  registry kinds;
  add_built_in_steps(kinds);
  return kinds;
}

std::string quoted(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

flow must_parse(const std::string& text, const registry& kinds) {
  auto read = parse_flow(quoted(text), kinds, "flow.json");
  std::string problems;
  if (!read)
    for (auto& x : read.error())
      problems += to_string(x);
  BOOST_REQUIRE_MESSAGE(read, problems);
  return *read;
}

flow must_parse(const std::string& text) { return must_parse(text, built_in_kinds()); }

std::string diagnostics_of(const std::string& text, const std::string& name) {
  std::string out;
  for (auto& x : all_of(text, name))
    out += to_string(x);
  return out;
}

std::string codes_of(const std::string& text, const std::string& name) {
  std::string out;
  for (auto& x : all_of(text, name))
    out += (out.empty() ? "" : " ") + x.code;
  return out;
}

} // namespace troupe::test
