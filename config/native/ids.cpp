// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_plain_id(const std::string& x) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !x.empty() && letter(x[0]) && std::all_of(x.begin(), x.end(), rest);
}

} // namespace

void native_reader::collect_ids(const reader& nodes) {
  if (!nodes.json().is_array())
    return;
  for (auto& item : nodes.items())
    collect_ids_of_node(item, {}, false);
  name_the_others();
}

namespace {

/// What stands below a node: nodes, lists of nodes, and objects of name to either.
struct inner_nodes {
  reader at;
  bool is_backup = false;
};

reader below_all(reader in, std::initializer_list<const char*> keys) {
  for (auto key : keys)
    in = in.member(key);
  return in;
}

std::vector<inner_nodes> inner_nodes_of(const reader& in) {
  std::vector<inner_nodes> all;
  auto add = [&](std::initializer_list<const char*> keys, bool is_backup = false) {
    auto at = &in.json();
    for (auto key : keys) {
      if (!at->is_object() || !at->contains(key))
        return;
      at = &(*at)[key];
    }
    if (at->is_structured())
      all.push_back({below_all(in, keys), is_backup});
  };
  add({"parallel"});
  add({"merge", "best_quality", "score"}, true);
  add({"merge", "node"});
  add({"sequence"});
  add({"loop"});
  add({"graph", "nodes"});
  if (in.has("choice") && in.json()["choice"].is_array())
    for (auto& one : in.member("choice").items())
      for (auto key : {"then", "else"})
        if (one.has(key) && one.json()[key].is_structured())
          all.push_back({one.member(key)});
  add({"fallback"}, true);
  add({"undo"}, true);
  return all;
}

std::string shape_of(const reader& in) {
  for (auto& shape : keys::shapes)
    if (in.has(shape))
      return shape;
  auto type = in.has("type") ? in.json()["type"] : nlohmann::json();
  return type.is_string() ? type.get<std::string>() : in.has("type") ? "step" : "node";
}

} // namespace

void native_reader::collect_ids_of_node(const reader& in, const std::string& forced_id,
                                        bool is_backup) {
  if (!in.json().is_object() || !is_enabled(in))
    return;
  auto own =
    in.has("id") && in.json()["id"].is_string() ? in.json()["id"].get<std::string>() : forced_id;
  if (in.has("id") && in.json()["id"] == "")
    in.member("id").error({"invalid_id", "an id must not be empty"});
  auto shape = shape_of(in);
  auto number = ++shapes_[shape];
  if (own.empty()) {
    unnamed_.push_back({in.pointer(), shape, number});
  } else {
    note_id(in, own, is_backup);
    guarded_.push_back(own);
  }
  auto outer = repeated_in_;
  if (in.has("batch") || in.has("loop"))
    repeated_in_ = in.pointer();
  for (auto& [group, is_spare] : inner_nodes_of(in)) {
    auto backup = is_backup || is_spare;
    auto is_branches = group.pointer() == in.pointer() + "/parallel";
    if (group.json().is_array())
      for (auto& item : group.items())
        collect_ids_of_node(item, {}, backup);
    else if (!is_branches)
      collect_ids_of_node(group, {}, backup);
    else
      for (auto& [name, branch] : group.members()) {
        if (name.empty()) {
          branch.error_at_key({"invalid_id", "the name of a branch must not be empty"});
        } else if (branch.json().is_array()) {
          note_id(branch, name, backup);
          for (auto& item : branch.items())
            collect_ids_of_node(item, {}, backup);
        } else {
          collect_ids_of_node(branch, name, backup);
        }
      }
  }
  repeated_in_ = std::move(outer);
  if (!own.empty())
    guarded_.pop_back();
}

void native_reader::note_id(const reader& in, const std::string& id, bool is_backup) {
  auto where = in.has("id") ? in.member("id") : in;
  if (!is_plain_id(id))
    return where.error(
      {"invalid_id", "an id is letters (a to z, A to Z), digits, `_` and `-`, not \"" + id + "\""});
  if (is_one_of(keys::roots, id))
    return where.error({"reserved_id", "\"" + id + "\" is what templates call something else"});
  auto [known, is_new] =
    ids_.emplace(id, known_id{in.pointer(), all_.slots, is_backup, repeated_in_});
  if (is_new)
    ++all_.slots;
  else if (is_backup && is_one_of(guarded_, id))
    where.error({"fallback_cycle", "\"" + id + "\" is its own fallback"});
  else
    where.error(
      {"duplicate_id", "the id \"" + id + "\" is there already, at " + known->second.pointer});
}

/// A node without an id is called after its shape, and numbered over the flow.
void native_reader::name_the_others() {
  for (auto& [pointer, shape, number] : unnamed_) {
    auto plain = shape;
    std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '-'; }, '_');
    auto made = plain + "_" + std::to_string(number);
    while (ids_.contains(made)) // somebody has called another node so
      made += "_";
    ids_.emplace(made, known_id{pointer, all_.slots++, false, {}, true});
    made_up_ids_[pointer] = made;
  }
}

void native_reader::make_readable(const std::string& id, bool may_be_absent) {
  auto known = ids_.find(id);
  if (known == ids_.end())
    return; // it was refused
  auto [entry, is_new] = readable_.try_emplace(id);
  entry->second.slot = known->second.slot;
  entry->second.may_be_absent = entry->second.may_be_absent || may_be_absent;
  if (is_new) // else it is a duplicate, and goes with the first
    readable_log_.push_back(id);
}

void native_reader::give_back(const added_nodes& x, bool may_be_absent) {
  for (auto& node : x)
    make_readable(node.id, node.may_be_absent || may_be_absent);
}

native_reader::added_nodes native_reader::take_back(size_t mark) {
  added_nodes added;
  for (auto i = mark; i < readable_log_.size(); ++i) {
    auto known = readable_.find(readable_log_[i]);
    added.push_back({readable_log_[i], known->second.may_be_absent});
    readable_.erase(known);
  }
  readable_log_.resize(mark);
  return added;
}

void native_reader::doubt_since(size_t mark) {
  for (auto i = mark; i < readable_log_.size(); ++i)
    readable_[readable_log_[i]].may_be_absent = true;
}

} // namespace troupe::config
