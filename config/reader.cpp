// SPDX-License-Identifier: Apache-2.0
#include "config/reader.hpp"

#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (auto& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

} // namespace

std::string described(const nlohmann::json& x) {
  constexpr size_t longest = 60;
  if (x.is_object())
    return "an object";
  if (x.is_array())
    return "a list";
  if (x.is_null())
    return "null";
  auto text = x.dump();
  if (text.size() > longest)
    return x.is_string() ? "a long text" : "a long number";
  return (x.is_string() ? "the text " : x.is_number() ? "the number " : "") + text;
}

bool reader::misspells(const std::string& key, const std::vector<std::string>& known) const {
  if (!json_->is_object() || json_->contains(key))
    return false;
  for (auto& [written, x] : json_->items())
    if (!is_one_of(known, written) && is_near(written, key))
      return true;
  return false;
}

reader reader::member(std::string_view key) const {
  return {json_->at(key), below(pointer_, key), *found_};
}

reader reader::item(size_t place) const {
  return {json_->at(place), below(pointer_, place), *found_};
}

std::vector<std::pair<std::string, reader>> reader::members() const {
  std::vector<std::pair<std::string, reader>> all;
  all.reserve(json_->size());
  auto add = [&](const std::string& key, const nlohmann::json& x) {
    all.emplace_back(key, reader{x, below(pointer_, key), *found_});
  };
  if (auto written = json_->is_object() ? found_->order().of(*json_) : nullptr)
    for (auto key : *written)
      add(*key, json_->find(*key).value());
  else
    for (auto& [key, x] : json_->items())
      add(key, x);
  return all;
}

std::vector<reader> reader::items() const {
  std::vector<reader> all;
  all.reserve(json_->size());
  for (size_t i = 0; i < json_->size(); ++i)
    all.push_back(item(i));
  return all;
}

std::string how_to_write(const nlohmann::json& x, std::string_view wanted) {
  constexpr size_t longest = 60;
  auto is_text = x.is_string() && x.get_ref<const std::string&>().size() <= longest;
  if (is_text && wanted.starts_with("a list"))
    return "write [" + x.dump() + "]";
  if (!is_text)
    return {};
  auto bare = nlohmann::json::parse(x.get_ref<const std::string&>(), nullptr, false);
  auto is_meant = (bare.is_number() && wanted.find("number") != wanted.npos) ||
                  (bare.is_boolean() && wanted.find("true") != wanted.npos);
  return is_meant ? "write it without quotes" : "";
}

void reader::wrong_type(std::string_view wanted) const {
  error({"wrong_type", "wanted " + std::string{wanted} + ", got " + described(*json_),
         how_to_write(*json_, wanted)});
}

void reader::error_inside(std::string_view piece, finding what, size_t at) const {
  std::string_view text;
  if (json_->is_string())
    text = json_->get_ref<const std::string&>();
  auto wanted = text.find(piece, at);
  size_t before = 0;
  if (!piece.empty() && wanted != text.npos)
    for (auto other = text.find(piece); other < wanted; other = text.find(piece, other + 1))
      ++before;
  found_->error_inside(pointer_, piece, before, std::move(what));
}

bool reader::wants_object(std::string_view what) const {
  if (!json_->is_object())
    wrong_type(what);
  return json_->is_object();
}

bool reader::wants_list(std::string_view what) const {
  if (!json_->is_array())
    wrong_type(what);
  return json_->is_array();
}

std::optional<std::string> reader::as_text() const {
  if (json_->is_string())
    return json_->get<std::string>();
  wrong_type("a text");
  return {};
}

std::optional<bool> reader::as_boolean() const {
  if (json_->is_boolean())
    return json_->get<bool>();
  wrong_type("true or false");
  return {};
}

namespace {

/// A number that stands in quotes.
nlohmann::json unquoted(const nlohmann::json& x) {
  if (!x.is_string() || x.get_ref<const std::string&>().size() > 20)
    return x;
  auto bare = nlohmann::json::parse(x.get_ref<const std::string&>(), nullptr, false);
  return bare.is_number_integer() ? bare : x;
}

} // namespace

std::optional<int64_t> reader::as_integer(int64_t least, int64_t most) const {
  if (auto bare = unquoted(*json_); bare != *json_) {
    warning(
      {"number_as_text", described(*json_) + " is taken as a number", "write it without quotes"});
    return reader{bare, pointer_, *found_}.as_integer(least, most);
  }
  auto fits = json_->is_number_integer() &&
              !(json_->is_number_unsigned() && json_->get<uint64_t>() > uint64_t(INT64_MAX));
  if (fits && json_->get<int64_t>() >= least && json_->get<int64_t>() <= most)
    return json_->get<int64_t>();
  wrong_type("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return {};
}

std::optional<double> reader::as_number(double least) const {
  if (json_->is_number() && json_->get<double>() >= least)
    return json_->get<double>();
  auto text = nlohmann::json(least).dump();
  wrong_type("a number from " + text.substr(0, text.find(".0")));
  return {};
}

std::vector<std::string> reader::as_texts(std::string_view what) const {
  std::vector<std::string> all;
  if (wants_list(what))
    for (auto& one : items())
      if (auto text = one.as_text())
        all.push_back(*text);
  return all;
}

std::optional<duration> reader::as_duration(duration least) const {
  std::optional<troupe::duration> read;
  if (json_->is_string())
    read = parse_duration(json_->get_ref<const std::string&>());
  else if (json_->is_number())
    read = from_seconds(json_->get<double>());
  if (read && *read >= least)
    return read;
  auto is_too_long = !read && json_->is_number() && json_->get<double>() > 0;
  if (read)
    error({"bad_duration", "wanted a duration of more than 0, got " + described(*json_)});
  else
    error(
      {"bad_duration",
       (is_too_long ? "wanted a duration of at most 10 years, got " : "wanted a duration, got ") +
         described(*json_),
       "such as \"250ms\", \"30s\", \"2m\", or a number of seconds"});
  return {};
}

std::optional<std::string> reader::text(std::string_view key) const {
  return has(key) ? member(key).as_text() : std::nullopt;
}

std::optional<bool> reader::boolean(std::string_view key) const {
  return has(key) ? member(key).as_boolean() : std::nullopt;
}

std::optional<int64_t> reader::integer(std::string_view key, int64_t least, int64_t most) const {
  return has(key) ? member(key).as_integer(least, most) : std::nullopt;
}

std::optional<duration> reader::time(std::string_view key, duration least) const {
  return has(key) ? member(key).as_duration(least) : std::nullopt;
}

std::optional<std::string> reader::word(std::string_view key,
                                        const std::vector<std::string>& words) const {
  auto read = text(key);
  if (!read || is_one_of(words, *read))
    return read;
  member(key).error({"invalid_value", "wanted one of " + listed(words) + ", got \"" + *read + "\"",
                     did_you_mean(*read, words)});
  return {};
}

void reader::check_keys(const std::vector<std::string>& known, std::string_view whose) const {
  for (auto& [key, x] : members())
    if (!is_comment(key) && !is_one_of(known, key)) {
      auto hint = other_word_for(key, known);
      x.error_at_key({"unknown_key", "unknown key \"" + key + "\" in " + std::string{whose},
                      hint.empty() ? did_you_mean(key, known) : hint});
    }
}

} // namespace troupe::config
