// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr int64_t most_workers = 1'000'000;

/// These look for winners, so that one failure does not end them.
bool looks_for_winners(plan::merge_strategy x) {
  return x == plan::merge_strategy::first_success || x == plan::merge_strategy::best_quality;
}

/// A tolerant group may end well although branches have failed.
bool is_tolerant(const reader& in) {
  auto rule = in.has("on_error") && in.json()["on_error"] == "continue";
  auto& merge = in.has("merge") ? in.json()["merge"] : nlohmann::json();
  auto winners = merge == "first_success" || merge == "best_quality" ||
                 (merge.is_object() && merge.contains("best_quality"));
  return rule || winners;
}

void collect_writes(const plan::node& x, std::set<std::string>& keys) {
  for (auto& [key, entry] : x.set)
    keys.insert(key);
  if (auto group = std::get_if<plan::sequence>(&x.body))
    for (auto& child : group->children)
      collect_writes(child, keys);
  if (auto group = std::get_if<plan::parallel>(&x.body))
    for (auto& child : group->branches)
      collect_writes(child, keys);
  for (auto& backup : x.fallback)
    collect_writes(backup, keys);
}

} // namespace

plan::parallel native_reader::read_parallel(const reader& in, plan::node& x) {
  plan::parallel out;
  out.branches = read_branches(in.member("parallel"), x, is_tolerant(in));
  out.max_workers = static_cast<size_t>(in.integer("max_workers", 1, most_workers).value_or(0));
  read_merge(in, out, x);

  auto rule = in.word("on_error", {"fail_fast", "continue", "rollback"});
  if (rule == "rollback")
    in.member("on_error").not_supported_yet("on_error \"rollback\"");
  auto winners = looks_for_winners(out.merge.strategy);
  auto continues = rule ? rule == "continue" : winners;
  out.on_error = continues ? plan::on_error::continue_all : plan::on_error::fail_fast;
  if (rule == "fail_fast" && out.merge.strategy == plan::merge_strategy::first_success)
    in.member("on_error")
      .error({"conflicting_keys", "`first_success` goes on after a failure, `fail_fast` does not",
              "leave out `on_error`"});

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
    all.push_back(read());
    auto added = take_back(begin);
    inside.insert(inside.end(), added.begin(), added.end());
  };
  if (in.json().is_object()) {
    for (auto& [name, branch] : in.members()) {
      if (!is_enabled(branch))
        continue;
      if (!branch.json().is_array()) {
        read_branch([&] { return read_node(branch, x.path, name); });
        continue;
      }
      auto path = x.path + "/" + name;
      read_branch([&] {
        return plan::node{.id = name,
                          .path = path,
                          .type = "sequence",
                          .body = plan::sequence{read_list(branch, path)}};
      });
      inside.push_back(name);
    }
  } else if (in.wants_list("a list of nodes, or an object of name to node")) {
    for (auto& branch : in.items())
      if (is_enabled(branch))
        read_branch([&] { return read_node(branch, x.path); });
  }
  for (auto& id : inside)
    make_readable(id, tolerant);
  if (all.empty())
    in.error({"empty_group", "a parallel group needs a branch"});
  return all;
}

void native_reader::read_merge(const reader& in, plan::parallel& out, const plan::node& x) {
  if (!in.has("merge"))
    return;
  auto merge = in.member("merge");
  auto options = merge.json().is_object();
  if (options && merge.json().size() != 1)
    return merge.wrong_type("a strategy's name, or an object with one");
  if (!options && !merge.json().is_string())
    return merge.wrong_type("a strategy's name, or an object with one");
  auto name = options ? merge.json().begin().key() : merge.json().get<std::string>();
  auto strategy = plan::merge_strategy_from(name);
  auto planned = is_one_of(keys::merges_planned, name);
  if (planned)
    return merge.not_supported_yet("merge \"" + name + "\"");
  if (!strategy)
    return merge.error({"invalid_value", "unknown merge strategy \"" + name + "\"",
                        did_you_mean(name, plan::merge_strategy_names())});
  out.merge.strategy = *strategy;
  if (!options)
    return;
  auto details = merge.member(name);
  if (!details.wants_object("an object of options"))
    return;
  if (*strategy == plan::merge_strategy::combine_outputs) {
    details.check_keys({"separator"}, {}, "combine_outputs");
    out.merge.separator = details.text("separator").value_or("\n");
  } else if (*strategy == plan::merge_strategy::best_quality) {
    details.check_keys({"score"}, {}, "best_quality");
    if (!details.has("score"))
      return;
    auto score = details.member("score");
    if (score.json().is_string() && !kinds_.find("jq")) {
      score.error({"unknown_kind", "a score in jq needs the step kind \"jq\", which is not there"});
    } else if (score.json().is_string()) {
      // An expression is a jq step like any other, over the branch's output.
      plan::step step{.kind = kinds_.find("jq"), .params = {}};
      step.programs.emplace_back("program", read_program(score, score.json().get<std::string>()));
      out.merge.score = std::make_shared<const plan::node>(plan::node{
        .id = "score", .path = x.path + "/score", .type = "jq", .body = std::move(step)});
    } else {
      auto begin = mark();
      out.merge.score = std::make_shared<const plan::node>(read_node(score, x.path));
      take_back(begin);
    }
  } else {
    details.check_keys({}, {}, name);
  }
}

plan::context_rule native_reader::read_context_rule(const reader& in) {
  plan::context_rule x;
  if (in.json().is_object()) {
    in.check_keys({"jq"}, {}, "a context merge");
    if (auto text = in.text("jq")) {
      x.policy = plan::context_policy::jq;
      x.program = read_program(in.member("jq"), *text);
    }
    return x;
  }
  auto name = in.as_text();
  if (!name)
    return x;
  auto policy = plan::context_policy_from(*name);
  if (policy && policy != plan::context_policy::jq)
    x.policy = *policy;
  else
    in.error({"invalid_value", "unknown context merge \"" + *name + "\"",
              did_you_mean(*name, plan::context_policy_names())});
  return x;
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
  if (x.context_merge.contains("*") || x.merge.strategy == plan::merge_strategy::first_success ||
      x.merge.strategy == plan::merge_strategy::best_quality)
    return;
  std::map<std::string, std::string> writers;
  for (auto& branch : x.branches) {
    std::set<std::string> keys;
    collect_writes(branch, keys);
    for (auto& key : keys) {
      auto [writer, is_first] = writers.emplace(key, branch.id);
      if (!is_first && !x.context_merge.contains(key) && !flow_->context_rules.contains(key))
        in.warning({"conflicting_writes",
                    "\"" + writer->second + "\" and \"" + branch.id +
                      "\" both set the context key \"" + key + "\"; the last one wins",
                    "say how under `context_merge`"});
    }
  }
}

} // namespace troupe::config
