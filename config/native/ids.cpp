// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_plain_id(const std::string& x) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !x.empty() && letter(x[0]) && std::all_of(x.begin(), x.end(), rest);
}

} // namespace

void native_reader::collect_ids(const reader& in) {
  if (!in.member("pipeline").json().is_array())
    return;
  for (auto& item : in.member("pipeline").items())
    collect_ids_of_node(item, {}, false);
}

void native_reader::collect_ids_of_node(const reader& in, const std::string& forced_id,
                                        bool is_backup) {
  if (!in.json().is_object() || !is_enabled(in))
    return;
  auto own =
    in.has("id") && in.json()["id"].is_string() ? in.json()["id"].get<std::string>() : forced_id;
  auto inner = [&](const char* key) {
    if (!in.has(key))
      return;
    auto group = in.member(key);
    auto backup = is_backup || std::string_view{key} == "fallback";
    if (group.json().is_array())
      for (auto& item : group.items())
        collect_ids_of_node(item, {}, backup);
    else if (std::string_view{key} == "fallback")
      collect_ids_of_node(group, {}, backup);
    else if (group.json().is_object())
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
  };
  if (in.has("id") && in.json()["id"] == "")
    in.member("id").error({"invalid_id", "an id must not be empty"});
  if (!own.empty()) {
    note_id(in, own, is_backup);
    guarded_.push_back(own);
  }
  inner("parallel");
  nlohmann::json::json_pointer score{"/merge/best_quality/score"};
  if (in.json().contains(score) && in.json()[score].is_object())
    collect_ids_of_node(in.member("merge").member("best_quality").member("score"), {}, true);
  inner("sequence");
  inner("fallback");
  if (!own.empty())
    guarded_.pop_back();
}

void native_reader::note_id(const reader& in, const std::string& id, bool is_backup) {
  auto where = in.has("id") ? in.member("id") : in;
  if (!is_plain_id(id))
    return where.error({"invalid_id", "an id is letters, digits and `_`, not \"" + id + "\""});
  if (is_one_of(keys::roots, id))
    return where.error({"reserved_id", "\"" + id + "\" is what templates call something else"});
  if (is_one_of(keys::jq_keywords, id))
    return where.error({"reserved_id", "\"" + id + "\" is a word of jq's"});
  auto [known, is_new] = ids_.emplace(id, known_id{in.pointer(), ids_.size(), is_backup});
  if (is_new)
    return;
  if (is_backup && is_one_of(guarded_, id))
    where.error({"fallback_cycle", "\"" + id + "\" is its own fallback"});
  else
    where.error(
      {"duplicate_id", "the id \"" + id + "\" is there already, at " + known->second.pointer});
}

void native_reader::make_readable(const std::string& id, bool may_be_absent) {
  auto known = ids_.find(id);
  if (known == ids_.end()) // made up: `parallel_2`
    known = ids_.emplace(id, known_id{"", ids_.size(), false}).first;
  auto [entry, is_new] = readable_.try_emplace(id);
  entry->second.slot = known->second.slot;
  entry->second.may_be_absent = entry->second.may_be_absent || may_be_absent;
  if (is_new) // else it is a duplicate, and goes with the first
    readable_log_.push_back(id);
}

native_reader::added_nodes native_reader::take_back(size_t mark) {
  added_nodes added(readable_log_.begin() + static_cast<std::ptrdiff_t>(mark), readable_log_.end());
  readable_log_.resize(mark);
  for (auto& id : added)
    readable_.erase(id);
  return added;
}

void native_reader::doubt_since(size_t mark) {
  for (auto i = mark; i < readable_log_.size(); ++i)
    readable_[readable_log_[i]].may_be_absent = true;
}

} // namespace troupe::config
