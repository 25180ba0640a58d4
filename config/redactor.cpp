// SPDX-License-Identifier: Apache-2.0
#include "config/redactor.hpp"

#include "troupe/encoding.hpp"

#include <algorithm>
#include <set>

namespace troupe::config {

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::string in_quotes(const std::string& text, bool only_ascii) {
  using handler = nlohmann::json::error_handler_t;
  auto all = nlohmann::json(text).dump(-1, ' ', only_ascii, handler::replace);
  return all.substr(1, all.size() - 2);
}

std::string with_small_digits(std::string text) {
  for (size_t at = 0; (at = text.find('%', at)) != text.npos; at += 3)
    for (auto i = at + 1; i < std::min(at + 3, text.size()); ++i)
      text[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  return text;
}

/// The characters that stand for the secret alone when so many bytes come before it in a group of
/// three.
std::string base64_behind(size_t before, const std::string& secret) {
  auto all = base64(std::string(before, '\0') + secret);
  auto first = before == 0 ? 0 : before + 1;
  auto whole = (before + secret.size()) * 8 / 6;
  return all.substr(first, whole - first);
}

std::set<std::string> forms_of(const std::string& secret) {
  std::set<std::string> all{secret};
  auto percent = percent_encoded(secret);
  all.insert({percent, with_small_digits(percent), replaced(percent, "%20", "+")});
  for (auto only_ascii : {false, true}) {
    auto once = in_quotes(secret, only_ascii);
    all.insert({once, replaced(once, "/", "\\/"), in_quotes(once, only_ascii)});
  }
  for (size_t before = 0; before < 3; ++before) {
    auto plain = base64_behind(before, secret);
    all.insert({plain, replaced(replaced(plain, "+", "-"), "/", "_")});
  }
  return all;
}

} // namespace

redactor::redactor(const std::vector<std::string>& secrets) {
  std::set<std::string> all;
  for (auto& secret : secrets)
    if (secret.size() >= shortest)
      all.merge(forms_of(secret));
  needles_.assign(all.begin(), all.end());
  std::stable_sort(needles_.begin(), needles_.end(),
                   [](auto& x, auto& y) { return x.size() > y.size(); });
  for (auto& needle : needles_)
    first_bytes_.set(static_cast<unsigned char>(needle[0]));
}

size_t redactor::match_at(std::string_view text, size_t at) const {
  if (!first_bytes_.test(static_cast<unsigned char>(text[at])))
    return 0;
  auto rest = text.substr(at);
  auto found = std::find_if(needles_.begin(), needles_.end(),
                            [&](auto& needle) { return rest.starts_with(needle); });
  return found == needles_.end() ? 0 : found->size();
}

std::string redactor::clean_until(std::string& text, size_t end) const {
  std::string out;
  size_t at = 0;
  while (at < end)
    if (auto length = match_at(text, at); length > 0) {
      out += mark;
      at += length;
    } else {
      out += text[at++];
    }
  text.erase(0, at);
  return out;
}

std::string redactor::clean(std::string text) const { return clean_until(text, text.size()); }

nlohmann::json redactor::clean(nlohmann::json x) const {
  if (x.is_string())
    return clean(std::move(x.get_ref<std::string&>()));
  if (x.is_array())
    for (auto& item : x)
      item = clean(std::move(item));
  if (!x.is_object())
    return x;
  auto out = nlohmann::json::object();
  for (auto& [key, member] : x.items())
    out[clean(key)] = clean(std::move(member));
  return out;
}

error redactor::clean(error x) const {
  x.message = clean(std::move(x.message));
  x.details = clean(std::move(x.details));
  if (x.cause)
    x.cause = std::make_shared<const error>(clean(*x.cause));
  return x;
}

void redactor::clean(step_result& x) const {
  if (x.error)
    x.error = clean(std::move(*x.error));
  x.feedback = clean(std::move(x.feedback));
  for (auto& [key, fact] : x.metadata)
    fact = value{clean(fact.json())};
}

size_t redactor::certain_part(std::string_view text) const {
  auto longest = needles_.empty() ? 0 : needles_.front().size() - 1;
  auto end = text.size() - std::min(longest, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return end;
}

std::string redacted_stream::add(const redactor& secrets, std::string_view piece) {
  held_ += piece;
  return secrets.clean_until(held_, secrets.certain_part(held_));
}

std::string redacted_stream::flush(const redactor& secrets) {
  return secrets.clean(std::exchange(held_, {}));
}

} // namespace troupe::config
