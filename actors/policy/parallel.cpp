// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/parallel.hpp"

#include <algorithm>

namespace troupe {

parallel_policy::parallel_policy(const plan::parallel& spec, std::vector<std::string> names)
  : spec_{spec}, names_{std::move(names)}, results_(spec.branches.size()),
    deltas_(spec.branches.size()), quality_(spec.branches.size()) {}

directive parallel_policy::on_start(const value& input) {
  input_ = input;
  auto all = results_.size();
  auto at_once = spec_.max_workers == 0 ? all : std::min(all, spec_.max_workers);
  launch first;
  for (; next_ < at_once; ++next_)
    first.children.push_back(next_);
  running_ = at_once;
  return first;
}

directive parallel_policy::on_settled(const settled& x) {
  return x.child < results_.size() ? on_branch(x) : on_score(x);
}

/// What the branches have so far is the output, once those that run have ended.
directive parallel_policy::on_timeout(error why) {
  stopping_ = true;
  cause_ = std::move(why);
  return cancel_rest{};
}

directive parallel_policy::on_branch(const settled& x) {
  results_[x.child] = x.result;
  deltas_[x.child] = x.delta;
  quality_[x.child] = x.result->quality;
  --running_;
  if (x.result->success() && !stopping_ &&
      spec_.merge.strategy == plan::merge_strategy::first_success)
    return pick(x.child);
  auto ends_it = !x.result->ok() && !stopping_ && spec_.on_error == plan::on_error::fail_fast;
  if (!x.result->ok() && !cause_)
    cause_ = x.result->error;
  stopping_ = stopping_ || ends_it;
  if (!stopping_ && next_ < results_.size())
    return next_branch();
  if (running_ == 0)
    return conclude();
  return ends_it ? directive{cancel_rest{}} : directive{wait{}};
}

directive parallel_policy::next_branch() {
  ++running_;
  return launch{{next_++}};
}

/// Every branch that was to run has ended.
directive parallel_policy::conclude() {
  if (stopping_)
    return fail(*cause_);
  auto skipped = [](auto& x) { return x && x->status == status::skipped; };
  if (std::all_of(results_.begin(), results_.end(), skipped))
    return finish{{.status = status::skipped, .output = input_}};
  auto needed = spec_.on_error == plan::on_error::continue_all ? spec_.min_success : 0;
  if (successes() < needed)
    return fail(
      cause_.value_or(error{.message = "wanted " + std::to_string(needed) + " successes, got " +
                                       std::to_string(successes()) + "; the others were skipped"}));
  if (spec_.merge.strategy == plan::merge_strategy::first_success)
    return fail(*cause_);
  if (spec_.merge.strategy == plan::merge_strategy::best_quality)
    return is_scored() ? score_all() : pick_best();
  auto output = merge_outputs(spec_.merge, results_, names_);
  if (!output)
    return fail(output.error());
  return finish{{.status = tolerant_status(), .output = *output}, std::move(deltas_)};
}

directive parallel_policy::score_all() {
  launch scores;
  for (size_t i = 0; i < results_.size(); ++i)
    if (results_[i] && results_[i]->success()) {
      scores.children.push_back(results_.size() + i);
      scores.inputs.push_back(results_[i]->output);
    }
  running_ = scores.children.size();
  return scores;
}

directive parallel_policy::on_score(const settled& x) {
  auto branch = x.child - results_.size();
  auto& output = x.result->output;
  if (x.result->success() && output.is_number())
    quality_[branch] = output.json().get<double>();
  else if (x.result->success())
    score_errors_[names_[branch]] =
      error{.code = errc::invalid_output,
            .message = std::string{"wanted a number, got "} + output.type_name()};
  else
    score_errors_[names_[branch]] = *x.result->error;
  if (--running_ > 0)
    return wait{};
  return stopping_ ? fail(*cause_) : pick_best();
}

directive parallel_policy::pick_best() {
  std::optional<child_index> best;
  auto known = false;
  for (size_t i = 0; i < results_.size(); ++i) {
    if (!results_[i] || !results_[i]->success())
      continue;
    known = known || quality_[i];
    if (!best || (quality_[i] && (!quality_[*best] || *quality_[i] > *quality_[*best])))
      best = i;
  }
  auto next = pick(*best);
  if (!known)
    std::get<finish>(next).result.metadata["warning"] =
      value{"no branch has a quality: the first one that succeeded was taken"};
  return next;
}

directive parallel_policy::pick(child_index winner) {
  auto& won = *results_[winner];
  step_result result{.status = won.status, .output = won.output};
  result.quality = quality_[winner];
  result.metadata["winner"] = value{nlohmann::json(names_[winner])};
  if (spec_.merge.strategy == plan::merge_strategy::best_quality) {
    auto scores = nlohmann::json::object();
    for (size_t i = 0; i < names_.size(); ++i)
      scores[names_[i]] = quality_[i] ? nlohmann::json(*quality_[i]) : nlohmann::json(nullptr);
    result.metadata["scores"] = value{std::move(scores)};
    if (!score_errors_.empty())
      result.metadata["score_errors"] = value{score_errors_};
  }
  return finish{std::move(result), {deltas_[winner]}};
}

directive parallel_policy::fail(error why) {
  return give_up{std::move(why), list_of_results(results_)};
}

/// Degraded when a failure was tolerated, or when a branch itself was.
status parallel_policy::tolerant_status() const {
  auto spoils = [](auto& x) { return x && (!x->ok() || x->status == status::degraded); };
  return std::any_of(results_.begin(), results_.end(), spoils) ? status::degraded
                                                               : status::succeeded;
}

size_t parallel_policy::successes() const {
  return static_cast<size_t>(
    std::count_if(results_.begin(), results_.end(), [](auto& x) { return x && x->success(); }));
}

} // namespace troupe
