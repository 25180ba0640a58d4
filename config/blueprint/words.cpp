// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/words.hpp"

namespace troupe::config::blueprint {

words::words(std::string_view text) : all_(1), whole_{text} {
  auto cut = tokens_of(text);
  if (cut)
    all_ = std::move(*cut);
  else
    problem_ = std::move(cut.error());
}

bool words::is(std::string_view what) const {
  auto& x = now();
  return (x.is == token::kind::sign || x.is == token::kind::name) && x.text == what;
}

token words::take() {
  auto x = now();
  if (!is_at_end())
    ++at_;
  return x;
}

bool words::eat(std::string_view what) {
  auto is_there = is(what);
  if (is_there)
    ++at_;
  return is_there;
}

void words::wants(std::string_view sign) {
  if (!eat(sign))
    refuse("wanted `" + std::string{sign} + "`, got " + found());
}

void words::enter() {
  constexpr size_t deepest = 256;
  if (++depth_ > deepest)
    refuse("nested deeper than 256 levels");
}

std::string words::found() const { return is_at_end() ? "the end" : "`" + now().written + "`"; }

void words::refuse(std::string message, std::string hint, std::string piece, size_t at) {
  if (piece.empty()) {
    piece = is_at_end() ? whole_ : now().written;
    at = is_at_end() ? 0 : now().at;
  }
  if (!problem_)
    problem_ = {
      .piece = std::move(piece), .message = std::move(message), .hint = std::move(hint), .at = at};
  at_ = all_.size() - 1;
}

void words::refuse_name(std::string message, std::string hint, std::string piece, size_t at) {
  auto is_first = !problem_;
  refuse(std::move(message), std::move(hint), std::move(piece), at);
  if (is_first)
    problem_->code = "unknown_reference";
}

bool words::is_call_of(std::string_view method) const {
  return is(".") && at_ + 2 < all_.size() && all_[at_ + 1].text == method &&
         all_[at_ + 2].text == "(";
}

path words::read_path() {
  path out;
  if (now().is != token::kind::name) {
    refuse("wanted a name, got " + found());
    return out;
  }
  out.at = now().at;
  out.root = take().text;
  read_way(out);
  return out;
}

void words::read_way(path& out) {
  while (!is_call_of("get")) {
    if (eat(".")) {
      if (now().is != token::kind::name)
        refuse("wanted a name after `.`, got " + found());
      else
        out.way.emplace_back(take().text);
    } else if (is("[")) {
      read_subscript(out);
    } else {
      return;
    }
  }
}

void words::read_subscript(path& out) {
  eat("[");
  auto is_negative = eat("-");
  auto digits =
    now().text.find_first_not_of("0123456789") == std::string::npos && now().text.size() <= 9;
  if (now().is == token::kind::text && !is_negative)
    out.way.emplace_back(take().text);
  else if (now().is == token::kind::number && digits)
    out.way.emplace_back((is_negative ? -1 : 1) * std::stoll(take().text));
  else
    refuse("wanted a place or a 'name' in [ ], got " + found());
  wants("]");
}

} // namespace troupe::config::blueprint
