// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/parallel.hpp"

#include "troupe/lists.hpp"

#include <algorithm>

namespace troupe {

parallel_layout::parallel_layout(const plan::parallel& x) : branches{x.branches.size()} {
  auto end = branches;
  if (x.merge.score) {
    first_score = end;
    end += branches;
  }
  if (x.merge.reducer || !x.merge.node.empty())
    joiner = end++;
  if (x.split.program)
    splitter = end++;
  if (x.hedge)
    pause = end++;
}

parallel_policy::parallel_policy(const plan::parallel& spec, std::vector<std::string> names)
  : spec_{spec}, names_{std::move(names)}, layout_{spec}, results_(spec.branches.size()),
    deltas_(spec.branches.size()), quality_(spec.branches.size()) {}

/// What joins the branches may look at each of them.
sight parallel_policy::children_see() const {
  return spec_.merge.node.empty() ? sight::snapshot : sight::results;
}

directive parallel_policy::on_start(const given& x) {
  input_ = x.input;
  if (layout_.splitter)
    return launch_one(*layout_.splitter);
  return begin(split_input(spec_.split.strategy, input_, results_.size()));
}

directive parallel_policy::begin(expected<branch_inputs> inputs) {
  if (!inputs)
    return give_up{std::move(inputs.error())};
  inputs_ = std::move(*inputs);
  if (layout_.pause)
    return launch{{start_next(), {.child = *layout_.pause, .number = ++pauses_}}};
  launch first;
  while (has_next())
    first.children.push_back(start_next());
  return first;
}

assignment parallel_policy::start_next() {
  ++running_;
  auto child = next_++;
  if (!inputs_[child])
    return {.child = child, .input = value::list({}), .skip = true};
  return {.child = child, .input = inputs_[child]};
}

directive parallel_policy::on_settled(const settled& x) {
  if (x.child < layout_.branches)
    return on_branch(x);
  if (x.child == layout_.pause)
    return on_pause(x);
  if (x.child == layout_.joiner)
    return on_joined(x);
  if (x.child != layout_.splitter)
    return on_score(x);
  if (!x.result->ok())
    return give_up{cause_.value_or(*x.result->error)}; // out of time, perhaps
  return begin(computed_inputs(x.result->output, results_.size()));
}

directive parallel_policy::on_pause(const settled& x) {
  return x.number == pauses_ && has_next() && !stopping_ ? hedge() : wait{};
}

/// Nobody has succeeded by now: one more may try.
directive parallel_policy::hedge() {
  auto more = launch{{start_next()}};
  if (next_ < results_.size())
    more.children.push_back({.child = *layout_.pause, .number = ++pauses_});
  return more;
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
  if (!x.result->ok() && !cause_)
    cause_ = x.result->error;
  if (!stopping_)
    if (auto end = early_end(x))
      return *end;
  auto ends_it = !x.result->ok() && !stopping_ && spec_.on_error == plan::on_error::fail_fast;
  return after_branch(ends_it);
}

directive parallel_policy::after_branch(bool ends_it) {
  stopping_ = stopping_ || ends_it;
  if (!stopping_ && has_next())
    return layout_.pause ? hedge() : launch{{start_next()}};
  if (running_ == 0)
    return conclude();
  return ends_it ? directive{cancel_rest{}} : directive{wait{}};
}

/// What ends the group before all branches have: it has what it wants, or can no longer get it.
std::optional<directive> parallel_policy::early_end(const settled& x) {
  using enum plan::merge_strategy;
  auto strategy = spec_.merge.strategy;
  if (strategy == first_success && x.result->success())
    return pick(x.child);
  if (strategy == majority_vote && is_voted(x))
    return vote();
  if (strategy != quorum)
    return {};
  if (successes() >= spec_.merge.quorum)
    return this->quorum();
  if (!cause_ || successes() + open() >= spec_.merge.quorum)
    return {};
  cause_ = unreachable();
  return after_branch(true);
}

size_t parallel_policy::open() const { return running_ + (results_.size() - next_); }

error parallel_policy::unreachable() const {
  auto why = error{.code = errc::quorum_unreachable,
                   .message = "wanted " + std::to_string(spec_.merge.quorum) + " successes, got " +
                              std::to_string(successes()) + ", and at most " +
                              std::to_string(open()) + " more are to come"};
  if (cause_)
    why.cause = std::make_shared<const error>(*cause_);
  return why;
}

/// Every branch that was to run has ended.
directive parallel_policy::conclude() {
  if (stopping_)
    return fail(*cause_);
  auto skipped = [](auto& x) { return x && x->status == status::skipped; };
  if (std::all_of(results_.begin(), results_.end(), skipped))
    return finish{{.status = status::skipped, .output = input_}};
  auto picks_one = spec_.merge.strategy == plan::merge_strategy::best_quality ||
                   spec_.merge.strategy == plan::merge_strategy::majority_vote;
  auto needed = spec_.on_error == plan::on_error::continue_all ? spec_.min_success
                : picks_one                                    ? 1
                                                               : 0;
  if (successes() < needed)
    return fail(
      cause_.value_or(error{.message = "wanted " + std::to_string(needed) + " successes, got " +
                                       std::to_string(successes()) + "; the others were skipped"}));
  if (spec_.merge.strategy == plan::merge_strategy::first_success)
    return fail(*cause_);
  if (spec_.merge.strategy == plan::merge_strategy::best_quality)
    return layout_.first_score ? score_all() : pick_best();
  if (spec_.merge.strategy == plan::merge_strategy::majority_vote)
    return vote();
  if (spec_.merge.strategy == plan::merge_strategy::quorum)
    return fail(unreachable());
  if (layout_.joiner)
    return launch_one(*layout_.joiner, list_of_results(results_));
  auto output = merge_outputs(spec_.merge, results_, names_);
  if (!output)
    return fail(output.error());
  return finish{{.status = tolerant_status(), .output = *output}, std::move(deltas_)};
}

directive parallel_policy::score_all() {
  launch scores;
  for (size_t i = 0; i < results_.size(); ++i)
    if (results_[i] && results_[i]->success()) {
      quality_[i].reset(); // one scale for all
      scores.children.push_back(
        {.child = *layout_.first_score + i, .input = results_[i]->output, .number = i});
    }
  running_ = scores.children.size();
  return scores;
}

directive parallel_policy::on_score(const settled& x) {
  auto branch = x.child - *layout_.first_score;
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

/// The wanted number of successes, in order of definition.
directive parallel_policy::quorum() {
  auto won = nlohmann::json::array();
  std::vector<changes> branches;
  for (size_t i = 0; i < results_.size(); ++i)
    if (results_[i] && results_[i]->success()) {
      won.push_back(names_[i]);
      branches.push_back(deltas_[i]);
    }
  step_result result{.status = winner_status(), .output = value::list(good_outputs())};
  result.metadata["winners"] = value{std::move(won)};
  return finish{std::move(result), std::move(branches)};
}

/// Whether the branches that are still to come cannot change who wins.
bool parallel_policy::is_voted(const settled& x) {
  if (x.result->success())
    leading_ = std::max(leading_, ++ballot_[vote_of(x.result->output)]);
  auto could_win = [&](size_t count) { return count + open() >= leading_; };
  auto rivals =
    std::count_if(ballot_.begin(), ballot_.end(), [&](auto& one) { return could_win(one.second); });
  return leading_ > 0 && !could_win(0) && rivals == 1; // the leader alone
}

directive parallel_policy::vote() {
  auto votes = votes_of(good_outputs());
  auto told = nlohmann::json::array();
  for (auto& [output, count] : votes)
    told.push_back({{"output", output.json()}, {"votes", count}});
  step_result result{.status = winner_status(), .output = winner_of(votes).first};
  result.metadata["votes"] = value{std::move(told)};
  return finish{std::move(result), std::move(deltas_)};
}

directive parallel_policy::on_joined(const settled& x) {
  if (stopping_)
    return fail(*cause_);
  if (!x.result->ok())
    return fail(*x.result->error);
  deltas_.push_back(x.delta);
  auto how = x.result->status == status::degraded ? status::degraded : tolerant_status();
  return finish{{.status = how, .output = x.result->output}, std::move(deltas_)};
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

/// A strategy that has what it needs does not count the losers.
status parallel_policy::winner_status() const {
  auto spoils = [](auto& x) { return x && x->status == status::degraded; };
  return std::any_of(results_.begin(), results_.end(), spoils) ? status::degraded
                                                               : status::succeeded;
}

std::vector<value> parallel_policy::good_outputs() const {
  std::vector<value> all;
  for (auto& x : results_)
    if (x && x->success())
      all.push_back(x->output);
  return all;
}

size_t parallel_policy::successes() const {
  return static_cast<size_t>(
    std::count_if(results_.begin(), results_.end(), [](auto& x) { return x && x->success(); }));
}

} // namespace troupe
