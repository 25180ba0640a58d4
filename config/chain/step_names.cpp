// SPDX-License-Identifier: Apache-2.0
#include "config/chain/step_names.hpp"

#include "config/chain/form.hpp"
#include "config/chain/keys.hpp"
#include "config/chain/mentions.hpp"
#include "config/ids.hpp"
#include "config/native/keys.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

size_t shared_part(const std::string& x, const std::string& y) {
  auto end = std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first;
  auto common = static_cast<size_t>(end - x.begin());
  return common == x.size() ? common : x.rfind('/', common) + 1; // npos + 1 is 0
}

} // namespace

std::string name_key(const reader& step) {
  for (auto& key : chain_keys::names)
    if (step.has(key))
      return key;
  return {};
}

void step_names::collect(const reader& steps) {
  if (steps.json().is_array())
    for (auto& step : steps.items())
      collect_step(step);
}

void step_names::collect_step(const reader& step) {
  if (step.json().is_array())
    return collect(step);
  if (!step.json().is_object() || !is_on(step))
    return;
  auto key = name_key(step);
  auto body = form_of(step) == step_form::batch ? setting_of(step, "step_template") : std::nullopt;
  auto own_key = body ? name_key(*body) : "";
  if (!key.empty())
    add(step, step.member(key));
  else if (!own_key.empty())
    add(step, body->member(own_key));
  if (body)
    share_id(step, *body, own_key);
  if (auto inner = inner_steps(step))
    collect(*inner);
  if (body && body->json().is_array())
    collect(*body);
  else if (auto inner = body ? inner_steps(*body) : std::nullopt)
    collect(*inner);
  for (auto backup : {"fallback", "undo"})
    if (step.has(backup))
      step.json()[backup].is_array() ? collect(step.member(backup))
                                     : collect_step(step.member(backup));
}

void step_names::add(const reader& step, const reader& written) {
  auto name = written.as_text();
  if (!name)
    return;
  if (name->empty())
    return written.error({"invalid_id", "a name must not be empty"});
  auto id = free_.find(as_id(*name), [this](const std::string& x) {
    return ids_.contains(x) || is_one_of(keys::roots, x);
  });
  if (id != *name) {
    auto is_plain = as_id(*name) == *name;
    auto is_root = is_one_of(keys::roots, *name);
    auto why = !is_plain ? "an id is letters (a to z, A to Z), digits, `_` and `-`"
               : is_root ? "templates call something else so"
                         : "another step has that name";
    written.warning({!is_plain ? "invalid_id"
                     : is_root ? "reserved_id"
                               : "duplicate_id",
                     "\"" + *name + "\" is called \"" + id + "\": " + why});
    has_renamed_ = true;
  }
  ids_.insert(id);
  by_pointer_[step.pointer()] = id;
  declared_[*name].push_back({id, step.pointer()});
}

/// A batch and its template are one node, whichever of them has the name.
void step_names::share_id(const reader& batch, const reader& body, const std::string& key) {
  auto id = id_of(batch);
  if (id.empty())
    return;
  by_pointer_[body.pointer()] = id;
  auto name = key.empty() ? "" : text_of(body, key);
  if (name.empty() || name == id)
    return;
  declared_[name].push_back({id, batch.pointer()});
  has_renamed_ = true;
}

std::string step_names::id_of(const reader& step) const {
  auto known = by_pointer_.find(step.pointer());
  return known == by_pointer_.end() ? "" : known->second;
}

std::string step_names::nearest(const std::string& name, const std::string& pointer) const {
  auto known = declared_.find(name);
  if (known == declared_.end())
    return "";
  const declared* best = nullptr;
  auto closeness = [&](const declared& x) { return shared_part(x.pointer, pointer); };
  for (auto& x : known->second)
    if (!best || closeness(x) > closeness(*best))
      best = &x;
  return best->id;
}

native_json step_names::with_ids(const reader& x) const {
  if (!has_renamed_)
    return as_written(x);
  return as_written(x, [this](const reader& at, const std::string& text) {
    return rename_mentions(text,
                           [&](const std::string& name) { return nearest(name, at.pointer()); });
  });
}

native_json step_names::ids_in(const reader& x) const {
  auto id_in = [&](const reader& one) -> native_json {
    if (!one.json().is_string())
      return as_written(one);
    auto name = one.json().get<std::string>();
    auto id = nearest(name, one.pointer());
    return id.empty() ? name : id;
  };
  if (!x.json().is_array())
    return native_json::array({id_in(x)});
  auto out = native_json::array();
  for (auto& one : x.items())
    out.push_back(id_in(one));
  return out;
}

} // namespace troupe::config
