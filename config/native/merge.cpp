// SPDX-License-Identifier: Apache-2.0
#include "config/helpers.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

void native_reader::read_merge(const reader& in, plan::parallel& out, const plan::node& x) {
  if (!in.has("merge"))
    return;
  auto merge = in.member("merge");
  auto has_options = merge.json().is_object();
  if (has_options ? merge.json().size() != 1 : !merge.json().is_string())
    return merge.wrong_type("a strategy's name, or an object with one");
  auto name = has_options ? merge.json().begin().key() : merge.json().get<std::string>();
  auto strategy = plan::merge_strategy_from(name);
  if (!strategy && !has_options && kinds_.find_merge(name)) {
    out.merge.strategy = plan::merge_strategy::reduce;
    out.merge.reducer = running(kinds_.find_merge(name));
    return;
  }
  if (!strategy) {
    auto names = plan::merge_strategy_names();
    auto own = kinds_.merge_names();
    names.insert(names.end(), own.begin(), own.end());
    return merge.error(
      {"invalid_value", "unknown merge strategy \"" + name + "\"", did_you_mean(name, names)});
  }
  out.merge.strategy = *strategy;
  using enum plan::merge_strategy;
  auto needs_options =
    *strategy == quorum || *strategy == reduce || *strategy == plan::merge_strategy::node;
  if (has_options)
    read_merge_options(merge.member(name), out.merge, x);
  else if (needs_options)
    merge.error({"missing_key", "`" + name + "` needs to be told how",
                 *strategy == quorum   ? "write {\"quorum\": 2}"
                 : *strategy == reduce ? "write {\"reduce\": \"a jq program\"}"
                                       : "write {\"node\": {…}}"});
}

void native_reader::read_merge_options(const reader& in, plan::merge_rule& out,
                                       const plan::node& x) {
  using enum plan::merge_strategy;
  auto name = std::string{plan::to_string(out.strategy)};
  if (out.strategy == quorum) {
    out.quorum = static_cast<size_t>(in.as_integer(1, 1'000'000).value_or(1));
  } else if (out.strategy == reduce) {
    out.reducer = read_condition(in);
  } else if (out.strategy == plan::merge_strategy::node) {
    out.node.push_back(read_node(in, x.path));
  } else if (!in.wants_object("an object of options")) {
    return;
  } else if (out.strategy == combine_outputs) {
    in.check_keys({"separator"}, "combine_outputs");
    out.separator = in.text("separator").value_or("\n");
  } else if (out.strategy == best_quality) {
    in.check_keys({"score"}, "best_quality");
    if (!in.has("score"))
      return;
    auto score = in.member("score");
    if (score.json().is_string()) {
      out.score = read_condition(score);
      return;
    }
    auto begin = mark();
    out.score = std::make_shared<const plan::node>(read_node(score, x.path));
    take_back(begin);
  } else {
    in.check_keys({}, name);
  }
}

void native_reader::read_split(const reader& in, plan::parallel& out) {
  if (!in.has("split"))
    return;
  auto split = in.member("split");
  if (split.json().is_object()) {
    split.check_keys({"jq"}, "`split`");
    out.split.strategy = plan::split_strategy::computed;
    if (split.has("jq"))
      out.split.program = read_condition(split.member("jq"));
    else
      split.error(
        {"missing_key", "`split` needs `jq`, a program that gives an input for each branch"});
    return;
  }
  auto name = split.as_text();
  if (!name)
    return;
  std::vector<std::string> names{"duplicate", "round_robin", "chunk"};
  auto known = std::find(names.begin(), names.end(), *name);
  if (known != names.end()) {
    out.split.strategy = static_cast<plan::split_strategy>(known - names.begin());
  } else if (auto kind = kinds_.find_split(*name)) {
    out.split.strategy = plan::split_strategy::computed;
    out.split.program = running(kind);
  } else {
    auto own = kinds_.split_names();
    names.insert(names.end(), own.begin(), own.end());
    split.error({"invalid_value", "unknown split \"" + *name + "\"", did_you_mean(*name, names)});
  }
}

plan::context_rule native_reader::read_context_rule(const reader& in) {
  if (in.json().is_object()) {
    in.check_keys({"jq"}, "a context merge");
    if (auto text = in.text("jq"))
      return evaluating(read_program(in.member("jq"), *text));
    return {};
  }
  auto name = in.as_text();
  if (!name)
    return {};
  if (auto policy = plan::context_policy_from(*name))
    return *policy;
  if (auto kind = kinds_.find_context_merge(*name))
    return running(kind);
  auto names = plan::context_policy_names();
  auto own = kinds_.context_merge_names();
  names.insert(names.end(), own.begin(), own.end());
  in.error(
    {"invalid_value", "unknown context merge \"" + *name + "\"", did_you_mean(*name, names)});
  return {};
}

} // namespace troupe::config
