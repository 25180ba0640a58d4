// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/expression.hpp"

#include <nlohmann/json.hpp>

namespace troupe::config::blueprint {

namespace {

/// How tightly a part of a program holds together.
enum class binding : uint8_t { pipe, either, both, comparison, value };

struct part {
  std::string text;
  binding holds = binding::value;
  bool is_boolean = false;
  bool is_list = false; ///< written as one
};

std::string within(binding around, const part& x) {
  return x.holds < around ? "(" + x.text + ")" : x.text;
}

constexpr auto is_nothing = "IN(null, false, 0, \"\", [], {})";

part truth(part x) {
  if (x.is_boolean)
    return x;
  return {within(binding::value, x) + " | " + is_nothing + " | not", binding::pipe, true};
}

class parser {
public:
  parser(std::string_view text, const step_names& names) : in_{text}, names_{names} {}

  expected<jq_text, syntax_problem> run() {
    auto all = either();
    if (!in_.is_at_end())
      in_.refuse("wanted the end or an operator, got " + in_.found(),
                 "there are == != < <= > >= and or not in, len(x) and .get(key, default)");
    if (auto& problem = in_.problem())
      return unexpected{*problem};
    return jq_text{std::move(all.text), all.is_boolean};
  }

private:
  part either() {
    auto left = both();
    while (in_.eat("or")) {
      auto right = both();
      auto is_boolean = left.is_boolean && right.is_boolean;
      if (is_boolean)
        left = {within(binding::either, left) + " or " + within(binding::either, right),
                binding::either, true};
      else
        left = {"first((" + within(binding::value, left) + " | select(" + is_nothing +
                " | not)), " + within(binding::value, right) + ")"};
    }
    return left;
  }

  part both() {
    auto left = negated();
    while (in_.eat("and"))
      left = {within(binding::both, truth(left)) + " and " +
                within(binding::both, truth(negated())),
              binding::both, true};
    return left;
  }

  part negated() {
    in_.enter();
    auto x = in_.eat("not") ? negation_of(negated()) : compared();
    in_.leave();
    return x;
  }

  static part negation_of(const part& x) {
    if (x.is_boolean)
      return {within(binding::value, x) + " | not", binding::pipe, true};
    return {within(binding::value, x) + " | " + is_nothing, binding::pipe, true};
  }

  /// `a < b < c` is `a < b and b < c`.
  part compared() {
    auto left = operand();
    part all;
    for (;;) {
      auto sign = comparison();
      if (sign.empty())
        break;
      auto right = operand();
      auto one = compare(left, sign, right);
      all = all.text.empty()
              ? one
              : part{within(binding::both, all) + " and " + within(binding::both, one),
                     binding::both, true};
      left = std::move(right);
    }
    return all.text.empty() ? left : all;
  }

  std::string comparison() {
    for (auto sign : {"==", "!=", "<=", ">=", "<", ">", "in"})
      if (in_.eat(sign))
        return sign;
    if (in_.eat("is"))
      return in_.eat("not") ? "!=" : "==";
    if (!in_.eat("not"))
      return {};
    in_.wants("in");
    return "not in";
  }

  static part compare(const part& x, const std::string& sign, const part& y) {
    if (sign == "in")
      return contained(x, y);
    if (sign == "not in")
      return {within(binding::value, contained(x, y)) + " | not", binding::pipe, true};
    return {within(binding::value, x) + " " + sign + " " + within(binding::value, y),
            binding::comparison, true};
  }

  static part contained(const part& x, const part& y) {
    if (y.is_list)
      return {within(binding::value, x) + " | IN(" + y.text + "[])", binding::pipe, true};
    return {"[" + x.text + ", " + y.text +
              "] | . as [$one, $all] | if ($all | type) == \"array\" then any($all[]; . == $one) "
              "elif ($all | type) == \"string\" then ($all | contains($one)) "
              "else ($all | has($one)) end",
            binding::pipe, true};
  }

  part operand() {
    auto x = primary();
    while (in_.is_call_of("get")) {
      x = member_or(std::move(x));
      path rest;
      in_.read_way(rest);
      x.text += jq_way(rest);
    }
    return x;
  }

  part primary() {
    auto& now = in_.now();
    switch (now.is) {
    case token::kind::number:
      return {in_.take().text};
    case token::kind::text:
      return {nlohmann::json(in_.take().text).dump()};
    case token::kind::name:
      return name();
    default:
      break;
    }
    if (in_.eat("-"))
      return negative();
    if (in_.eat("["))
      return list();
    if (!in_.eat("(")) {
      in_.refuse("wanted a value, got " + in_.found());
      return {};
    }
    auto inner = either();
    in_.wants(")");
    return {"(" + inner.text + ")", binding::value, inner.is_boolean};
  }

  part negative() {
    if (in_.now().is != token::kind::number)
      in_.refuse("wanted a number after `-`, got " + in_.found());
    return {"-" + in_.take().text};
  }

  part name() {
    for (auto literal : {"true", "false"}) {
      auto python = std::string{literal};
      python[0] = static_cast<char>(python[0] - 'a' + 'A');
      if (in_.eat(literal) || in_.eat(python))
        return {literal, binding::value, true};
    }
    for (auto literal : {"None", "null", "none"})
      if (in_.eat(literal))
        return {"null"};
    auto x = in_.read_path();
    if (!in_.is("("))
      return {jq_path(x, names_, in_)};
    if (x.root != "len" || !x.way.empty()) {
      in_.refuse("there is no such function here", "there are len(x) and .get(key, default)",
                 x.root, x.at);
      return {};
    }
    in_.eat("(");
    auto inner = either();
    in_.wants(")");
    return {"(" + inner.text + " | length)"};
  }

  part list() {
    std::string all;
    while (!in_.is("]") && !in_.is_at_end()) {
      all += (all.empty() ? "" : ", ") + within(binding::value, either());
      if (!in_.eat(","))
        break;
    }
    in_.wants("]");
    return {.text = "[" + all + "]", .is_list = true};
  }

  /// `.get(key, default)`; a key that is null is there for Python, and is not here.
  part member_or(part x) {
    in_.eat(".");
    in_.eat("get");
    in_.eat("(");
    if (in_.now().is != token::kind::text)
      in_.refuse("wanted a 'key' in .get( ), got " + in_.found());
    auto way = as_member(in_.take().text);
    auto base = within(binding::value, x);
    auto member = base == "." && way.starts_with(".") ? way : base + way;
    part otherwise{"null"};
    if (in_.eat(","))
      otherwise = either();
    in_.wants(")");
    if (otherwise.text == "null")
      return {member};
    return {"(if " + member + " == null then " + otherwise.text + " else " + member + " end)"};
  }

  words in_;
  const step_names& names_;
};

std::string_view trimmed(std::string_view x) {
  constexpr auto blanks = " \t\r\n";
  auto begin = x.find_first_not_of(blanks);
  if (begin == x.npos)
    return {};
  return x.substr(begin, x.find_last_not_of(blanks) - begin + 1);
}

} // namespace

expected<jq_text, syntax_problem> to_jq(std::string_view text, const step_names& names) {
  auto inner = trimmed(text);
  if (inner.empty()) // which points nowhere
    inner = text.substr(0, 0);
  if (inner.starts_with("{{") && inner.ends_with("}}"))
    inner = trimmed(inner.substr(2, inner.size() - 4));
  auto made = parser{inner, names}.run();
  if (!made)
    made.error().at += static_cast<size_t>(inner.data() - text.data());
  return made;
}

std::string truth_of(const jq_text& x) {
  return x.is_boolean ? x.text : "(" + x.text + ") | " + is_nothing + " | not";
}

} // namespace troupe::config::blueprint
