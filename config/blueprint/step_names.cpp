// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/step_names.hpp"

#include "config/native/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config::blueprint {

namespace {

/// Lists of nodes go on to these in a way of their own, or call actions so.
bool is_reserved(const std::string& id) {
  return is_one_of(keys::roots, id) || id == "end" || id == "default" || id == "error";
}

void collect_names(const nlohmann::json& x, std::set<std::string>& names) {
  if (!x.is_structured())
    return;
  if (x.is_object() && x.contains("name") && x["name"].is_string())
    names.insert(x["name"].get<std::string>());
  for (auto& inner : x)
    collect_names(inner, names);
}

} // namespace

step_names::step_names(const nlohmann::json& document) { collect_names(document, written_); }

std::string step_names::free_id(const std::string& wish, bool also_written) {
  auto is_taken = [&](const std::string& id) {
    return used_.contains(id) || is_reserved(id) || (also_written && written_.contains(id));
  };
  return free_.find(wish, is_taken);
}

std::string step_names::declare(const reader& at, const std::string& name) {
  auto id = free_id(as_id(name), false);
  used_.insert(id);
  scopes_.back()[name] = id;
  if (id != name)
    at.warning({"renamed", "\"" + name + "\" is called \"" + id + "\": " +
                             (as_id(name) != name ? "a name is letters, digits, `_` and `-`"
                              : is_reserved(name) ? "templates and lists call something else so"
                                                  : "there is another of that name")});
  return id;
}

std::string step_names::make_up(const std::string& wish) {
  auto id = free_id(as_id(wish), true);
  used_.insert(id);
  return id;
}

void step_names::add_alias(const std::string& name, const std::string& id) {
  scopes_.back()[name] = id;
}

std::optional<std::string> step_names::find(const std::string& name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
    if (auto known = scope->find(name); known != scope->end())
      return known->second;
  if (written_.contains(name))
    return as_id(name); // it comes later: the native reader tells
  return {};
}

std::string step_names::nearest(const std::string& name) const {
  return did_you_mean(name, {written_.begin(), written_.end()});
}

void step_names::close() {
  auto inner = std::move(scopes_.back());
  scopes_.pop_back();
  scopes_.back().merge(std::move(inner)); // what has a nearer meaning outside keeps it
}

} // namespace troupe::config::blueprint
