// SPDX-License-Identifier: Apache-2.0
#include "tests/property/maker.hpp"

namespace troupe::test {

namespace {

/// Outputs grow where branches repeat what they were given; beyond this they name a digest only.
constexpr size_t heaviest_quote = 1500;

} // namespace

document maker::begin_context() {
  auto x = document::object();
  for (auto name : {"a", "b", "l", "o"}) {
    if (chance(60))
      x[name]["value"] = value_for(name);
    if (chance(40))
      x[name]["merge"] = policy_for(name);
  }
  return x;
}

void maker::write_context(document& changes) {
  auto name = !theme_.empty() && chance(70) ? theme_ : word({"a", "b", "l", "o"});
  changes[name] = chance(4) ? document("of another type") : value_for(name);
  if (chance(30))
    changes["a"] = value_for("a");
}

document maker::value_for(const string& name) {
  if (name == "l") {
    auto list = chance(50) ? document{"base"} : document::array();
    for (size_t i = below(3); i > 0; --i)
      list.push_back(below(5));
    return list;
  }
  if (name == "o")
    return document{{word({"x", "y", "z"}), below(9)}, {"in", {{word({"p", "q"}), below(3)}}}};
  return below(20);
}

std::string maker::policy_for(const string& name) {
  auto any = word({"last_write_wins", "first_write_wins", "error"});
  if (name == "*" || chance(30))
    return any;
  if (name == "l")
    return word({"append", "union"});
  return name == "o" ? "deep_merge" : word({"sum", "max", "min"});
}

document maker::output() {
  auto quote = quoted_previous();
  switch (below(7)) {
  case 0:
    return "text of ${previous.n ?? \"nobody\"}";
  case 1:
    return document::array({below(9), "${previous.n ?? 0}"});
  case 2:
    return below(100);
  case 3:
    return {{"n", below(1000)}, {"read", reference()}};
  case 4:
    return reference();
  case 5:
    return {{"in", {{new_id(), below(5)}}}, {"n", "${previous.n ?? 1}"}};
  default:
    return {{"got", quote}, {"n", below(1000)}};
  }
}

std::string maker::quoted_previous() {
  if (weight_ > heaviest_quote)
    return "${previous.n ?? \"much\"}";
  weight_ += 70;
  return "${previous}";
}

/// Something that was there before; now and then strictly, which may fail.
std::string maker::reference() {
  if (!names_.empty() && chance(45)) {
    auto& [name, weight] = names_[below(names_.size())];
    weight_ += weight;
    return "${" + name + (name == "index" ? "}" : chance(20) ? ".n}" : " ?? \"none\"}");
  }
  if (allowed_.contexts && chance(30))
    return chance(10) ? "${context." + key() + "}" : "${context." + key() + " ?? \"none\"}";
  if (readable_.empty())
    return "nothing to read";
  auto& [id, weight] = readable_[below(readable_.size())];
  if (weight > heaviest_quote)
    return "${" + id + ".n ?? \"none\"}";
  weight_ += weight;
  return chance(25) ? "${" + id + "}" : "${" + id + " ?? \"none\"}";
}

} // namespace troupe::test
