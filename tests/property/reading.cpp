// SPDX-License-Identifier: Apache-2.0
#include "tests/property/reading.hpp"

#include <sstream>
#include <vector>

namespace troupe::test {

using nlohmann::json;

namespace {

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> all;
  size_t at = 0;
  for (size_t end; (end = text.find(by, at)) != text.npos; at = end + by.size())
    all.push_back(text.substr(at, end - at));
  all.push_back(text.substr(at));
  return all;
}

std::string trimmed(const std::string& x) {
  auto begin = x.find_first_not_of(' ');
  return begin == x.npos ? "" : x.substr(begin, x.find_last_not_of(' ') - begin + 1);
}

std::optional<json> followed(const std::string& path, const sight& from) {
  auto names = split(path, ".");
  std::optional<json> at;
  auto& root = names.front();
  if (root == "previous")
    at = from.previous;
  else if (root == "context")
    at = from.context;
  else if (root == "result")
    at = from.result;
  else if (auto found = from.outputs.find(root); found != from.outputs.end())
    at = found->second;
  for (size_t i = 1; at && i < names.size(); ++i) {
    if (!at->is_object() || !at->contains(names[i]))
      return {};
    at = json(at->at(names[i]));
  }
  return at;
}

/// The first operand that is there and not null, else what the last one gives.
std::optional<json> chosen(const std::string& text, const sight& from) {
  std::optional<json> found;
  for (auto& piece : split(text, "??")) {
    auto operand = trimmed(piece);
    auto literal = json::parse(operand, nullptr, false);
    found = literal.is_discarded() ? followed(operand, from) : std::optional{literal};
    if (found && !found->is_null())
      break;
  }
  return found;
}

std::string as_text(const json& x) {
  return x.is_string() ? x.get<std::string>() : x.is_null() ? "" : x.dump();
}

std::optional<json> text_filled_in(const std::string& text, const sight& from) {
  auto begin = text.find("${");
  if (begin == text.npos)
    return json(text);
  auto end = text.find('}', begin);
  if (begin == 0 && end + 1 == text.size())
    return chosen(text.substr(2, end - 2), from);
  auto found = chosen(text.substr(begin + 2, end - begin - 2), from);
  auto rest = text_filled_in(text.substr(end + 1), from);
  if (!found || !rest)
    return {};
  return json(text.substr(0, begin) + as_text(*found) + as_text(*rest));
}

} // namespace

std::optional<json> filled_in(const json& x, const sight& from) {
  if (x.is_string())
    return text_filled_in(x.get<std::string>(), from);
  if (!x.is_structured())
    return x;
  auto out = x;
  for (auto& item : out) {
    auto found = filled_in(item, from);
    if (!found)
      return {};
    item = *found;
  }
  return out;
}

namespace {

/// jq's order of types.
int rank(const json& x) {
  if (x.is_null())
    return 0;
  if (x.is_boolean())
    return x.get<bool>() ? 2 : 1;
  return x.is_number() ? 3 : x.is_string() ? 4 : x.is_array() ? 5 : 6;
}

} // namespace

std::optional<bool> holds(const std::string& condition, const json& input) {
  std::istringstream words{condition};
  std::string place, comparison, text;
  words >> place >> comparison >> text;
  if (comparison.empty())
    return place == "true";
  auto found = input;
  if (place == ".n") {
    if (!input.is_object() && !input.is_null())
      return {};
    found = input.is_object() && input.contains("n") ? json(input.at("n")) : json();
  }
  auto wanted = json::parse(text);
  if (comparison == "==")
    return found == wanted;
  if (rank(found) != rank(wanted))
    return rank(found) > rank(wanted);
  return found > wanted;
}

} // namespace troupe::test
