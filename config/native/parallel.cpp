// SPDX-License-Identifier: Apache-2.0
#include "config/helpers.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr int64_t most_workers = 1'000'000;

/// These look for winners, so that one failure does not end them.
bool looks_for_winners(plan::merge_strategy x) {
  using enum plan::merge_strategy;
  return x == first_success || x == best_quality || x == quorum || x == majority_vote;
}

/// These end as soon as they have what they want: a failure must not end them before.
bool ends_early(plan::merge_strategy x) {
  return x == plan::merge_strategy::first_success || x == plan::merge_strategy::quorum;
}

/// A tolerant group may end well although branches have failed.
bool is_tolerant(const reader& in) {
  auto wants_all =
    in.has("min_success") && in.json()["min_success"] == in.json()["parallel"].size();
  auto rule = in.has("on_error") && in.json()["on_error"] == "continue" && !wants_all;
  auto& merge = in.has("merge") ? in.json()["merge"] : nlohmann::json();
  auto name = merge.is_string()                     ? merge.get<std::string>()
              : merge.is_object() && !merge.empty() ? merge.begin().key()
                                                    : std::string{};
  auto strategy = plan::merge_strategy_from(name);
  return rule || (strategy && looks_for_winners(*strategy));
}

/// Those that are known: what an output merges in is not.
void collect_writes(const plan::node& x, std::set<std::string>& keys) {
  std::set<std::string> own;
  for (auto& [key, entry] : x.set)
    if (key != "*")
      own.insert(key);
  plan::each_inner(x, [&](const plan::node& inner) { collect_writes(inner, own); });
  for (auto& key : own)
    if (!x.exports || is_one_of(*x.exports, key))
      keys.insert(key);
}

} // namespace

plan::parallel native_reader::read_parallel(const reader& in, plan::node& x) {
  plan::parallel out;
  out.branches = read_branches(in.member("parallel"), x, is_tolerant(in));
  out.max_workers = static_cast<size_t>(in.integer("max_workers", 1, most_workers).value_or(0));
  read_split(in, out);
  read_merge(in, out, x);
  out.on_error = read_on_error(in, x, looks_for_winners(out.merge.strategy));
  auto continues = out.on_error == plan::on_error::continue_all;
  if (in.has("on_error") && !continues && ends_early(out.merge.strategy))
    in.member("on_error")
      .error({"conflicting_keys",
              "`" + std::string{plan::to_string(out.merge.strategy)} +
                "` goes on after a failure, `" + in.json()["on_error"].get<std::string>() +
                "` does not",
              "leave out `on_error`"});
  if (out.merge.quorum > out.branches.size() && !out.branches.empty())
    in.member("merge").error(
      {"invalid_value", "a quorum of " + std::to_string(out.merge.quorum) + " cannot come from " +
                          std::to_string(out.branches.size()) + " branches"});
  if (in.has("hedge") && in.member("hedge").wants_object("an object with `after`")) {
    auto hedge = in.member("hedge");
    hedge.check_keys({"after"}, "`hedge`");
    out.hedge_after = hedge.time("after");
    if (out.hedge_after)
      out.hedge = pausing(*out.hedge_after);
    else if (!hedge.has("after"))
      hedge.error({"missing_key", "`hedge` needs `after`, how long to wait for a success"});
    if (out.merge.strategy != plan::merge_strategy::first_success)
      hedge.error({"conflicting_keys", "`hedge` needs `merge: \"first_success\"`"});
  }
  if (in.has("share") && in.member("share").wants_list("a list of context keys")) {
    out.share.emplace();
    for (auto& key : in.member("share").items())
      if (auto text = key.as_text())
        out.share->push_back(*text);
  }

  auto most = static_cast<int64_t>(std::max<size_t>(1, out.branches.size()));
  out.min_success = static_cast<size_t>(in.integer("min_success", 1, most).value_or(1));
  if (in.has("min_success") && !continues)
    in.member("min_success")
      .error_at_key({"conflicting_keys", "`min_success` needs `on_error: \"continue\"`"});
  if (in.has("context_merge") &&
      in.member("context_merge").wants_object("an object of context keys"))
    for (auto& [key, entry] : in.member("context_merge").members())
      out.context_merge[key] = read_context_rule(entry);
  check_parallel(in, out);
  return out;
}

std::vector<plan::node> native_reader::read_branches(const reader& in, const plan::node& x,
                                                     bool tolerant) {
  std::vector<plan::node> all;
  added_nodes inside; // readable behind the group, but not in sibling branches
  auto read_branch = [&](auto&& read) {
    auto begin = mark();
    place_of_member_ = place_of_group_;
    all.push_back(read());
    auto added = take_back(begin);
    inside.insert(inside.end(), added.begin(), added.end());
  };
  if (in.json().is_object()) {
    for (auto& member : in.members()) {
      auto& name = member.first;
      auto& branch = member.second;
      if (!is_enabled(branch))
        continue;
      if (!branch.json().is_array()) {
        read_branch([&] { return read_node(branch, x.path, name); });
        continue;
      }
      auto path = x.path + "/" + name;
      read_branch([&] {
        plan::node list{.id = name, .path = path, .type = "sequence"};
        list.place = std::exchange(place_of_member_, {});
        places_ += list.place ? 1 : 0;
        list.body = read_list(branch, path);
        places_ -= list.place ? 1 : 0;
        make_readable(name, false);
        return list;
      });
    }
  } else if (in.wants_list("a list of nodes, or an object of name to node")) {
    for (auto& branch : in.items())
      if (is_enabled(branch))
        read_branch([&] { return read_node(branch, x.path); });
  }
  give_back(inside, tolerant);
  if (all.empty())
    in.error({"empty_group", "a parallel group needs a branch"});
  return all;
}

void native_reader::check_parallel(const reader& in, const plan::parallel& x) {
  warn_of_conflicting_writes(in, x);
  if (x.merge.strategy != plan::merge_strategy::combine_outputs)
    return;
  std::string first, first_type = "any";
  for (auto& branch : x.branches) {
    auto type = output_type(branch);
    if (type == "any")
      continue;
    if (first_type != "any" && type != first_type)
      return in.member("merge").error(
        {"incompatible_types", "\"" + first + "\" gives " + first_type + " and \"" + branch.id +
                                 "\" gives " + type + "; combine_outputs needs one type"});
    first = branch.id;
    first_type = type;
  }
}

void native_reader::warn_of_conflicting_writes(const reader& in, const plan::parallel& x) {
  auto takes_one = x.merge.strategy == plan::merge_strategy::first_success ||
                   x.merge.strategy == plan::merge_strategy::best_quality;
  if (x.context_merge.contains("*") || takes_one)
    return;
  std::map<std::string, std::string> writers;
  for (auto& branch : x.branches) {
    std::set<std::string> keys;
    collect_writes(branch, keys);
    for (auto& key : keys) {
      auto [writer, is_first] = writers.emplace(key, branch.id);
      if (!is_first && !x.context_merge.contains(key) && !core_->context_rules.contains(key))
        in.warning({"conflicting_writes",
                    "\"" + writer->second + "\" and \"" + branch.id +
                      "\" both set the context key \"" + key + "\"; the last one wins",
                    "say how under `context_merge`"});
    }
  }
}

} // namespace troupe::config
