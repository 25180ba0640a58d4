// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"
#include "config/native/keys.hpp"
#include "config/suggest.hpp"
#include "config/template/rename.hpp"

#include <algorithm>

namespace troupe::config {

native_json graph_document::written(const reader& x) {
  return as_written(x, [this](auto& at, auto& text) { return this->text(at, text); });
}

/// Inputs, and what nodes have put under a name of their own, need no root here.
std::string graph_document::name_of(const plan::reference& x) const {
  if (bound_.contains(x.root) || ids_.contains(x.root) || is_one_of(keys::roots, x.root))
    return x.text;
  if (inputs_.contains(x.root))
    return "inputs." + x.text;
  if (context_.contains(x.root))
    return "context." + x.text;
  return x.text;
}

std::string graph_document::text(const reader& at, const std::string& text) {
  if (!is_permissive_)
    return plan::renamed(text, [this](auto& x) { return name_of(x); });
  auto parsed = plan::parse_template(text);
  if (!parsed)
    return plan::escaped(text);
  std::string out;
  for (auto& part : parsed->parts) {
    if (auto plain = std::get_if<std::string>(&part)) {
      out += plan::escaped(*plain);
      continue;
    }
    auto& choice = std::get<plan::alternatives>(part);
    auto is_known = [&](auto& operand) {
      auto x = std::get_if<plan::reference>(&operand);
      return !x || bound_.contains(x->root) || ids_.contains(x->root) ||
             inner_ids_.contains(x->root) || inputs_.contains(x->root) ||
             context_.contains(x->root) || is_one_of(keys::roots, x->root);
    };
    if (!std::all_of(choice.operands.begin(), choice.operands.end(), is_known)) {
      at.warning({"unknown_reference", choice.text + " names nothing: it stays as it is"});
      out += plan::escaped(choice.text);
      continue;
    }
    auto named = plan::renamed(choice.text, [this](auto& x) { return name_of(x); });
    if (choice.filters.empty())
      named.insert(named.size() - 1, " ?? " + nlohmann::json(choice.text).dump());
    out += named;
  }
  return out;
}

/// What an output is: a node that was not chosen gives nothing, but one that ran has what is named.
native_json graph_document::with_default(const std::string& source) const {
  auto parsed = plan::parse_template(source);
  auto only = parsed && parsed->parts.size() == 1
                ? std::get_if<plan::alternatives>(&parsed->parts.front())
                : nullptr;
  if (!only || only->operands.size() != 1 || !only->filters.empty())
    return source;
  auto named = std::get_if<plan::reference>(&only->operands.front());
  if (named && left_out_.contains(named->root))
    return nullptr;
  if (!named || certain_.contains(named->root))
    return source;
  auto with_null = only->text;
  return with_null.insert(with_null.size() - 1, " ?? null");
}

} // namespace troupe::config
