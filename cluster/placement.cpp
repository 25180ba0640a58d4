// SPDX-License-Identifier: Apache-2.0
#include "cluster/placement.hpp"

#include <algorithm>

namespace troupe {

void placement::add(worker_id id, worker_offer offer) { workers_[id] = {std::move(offer)}; }

void placement::drain(worker_id id, bool is_draining) {
  if (auto found = workers_.find(id); found != workers_.end())
    found->second.is_draining = is_draining;
}

std::vector<placement::ticket> placement::remove(worker_id id) {
  workers_.erase(id);
  std::vector<ticket> lost;
  std::erase_if(placed_, [&](auto& x) {
    if (x.second == id)
      lost.push_back(x.first);
    return x.second == id;
  });
  return lost;
}

std::string placement::wish_of(const place_request& x) {
  std::string text = x.label + '\n' + x.worker;
  for (auto& kind : x.kinds)
    text += '\n' + kind;
  for (auto& name : x.lost)
    text += "\n-" + name;
  return text;
}

bool placement::fits(const worker_offer& offer, const place_request& wanted) {
  return (wanted.label.empty() || offer.labels.contains(wanted.label)) &&
         (wanted.worker.empty() || offer.name == wanted.worker) &&
         std::includes(offer.kinds.begin(), offer.kinds.end(), wanted.kinds.begin(),
                       wanted.kinds.end());
}

void placement::ask(ticket branch, std::shared_ptr<const place_request> wanted) {
  auto is_it = [&](auto& run) { return run.id == wanted->run_id; };
  auto run = std::find_if(runs_.begin(), runs_.end(), is_it);
  if (run == runs_.end())
    run = runs_.insert(runs_.end(), {wanted->run_id});
  auto& line = run->by_wish.try_emplace(wish_of(*wanted), placement::line{wanted}).first->second;
  line.branches.push_back(branch);
  waiting_.emplace(branch, std::move(wanted));
}

void placement::leave(ticket branch) {
  waiting_.erase(branch);
  auto found = placed_.find(branch);
  if (found == placed_.end())
    return;
  if (auto known = workers_.find(found->second); known != workers_.end())
    --known->second.running;
  placed_.erase(found);
}

const std::pair<const placement::worker_id, placement::worker>*
placement::best_for(const place_request& wanted) const {
  auto is_good = [&](const worker& x) {
    return !x.is_draining && fits(x.offer, wanted) && !wanted.lost.contains(x.offer.name);
  };
  // One that comes and goes has always room. If there is another, even a busy one, it is waited
  // for.
  auto has_good =
    std::any_of(workers_.begin(), workers_.end(), [&](auto& one) { return is_good(one.second); });
  const std::pair<const worker_id, worker>* best = nullptr;
  for (auto& candidate : workers_) {
    auto& x = candidate.second;
    if (has_good && !is_good(x))
      continue;
    if (x.is_draining || x.running >= x.offer.slots || !fits(x.offer, wanted))
      continue;
    // running / slots, without the division
    if (!best || x.running * best->second.offer.slots < best->second.running * x.offer.slots)
      best = &candidate;
  }
  return best;
}

bool placement::assign_one(waiting_run& x, std::vector<decision>& out) {
  for (auto line = x.by_wish.begin(); line != x.by_wish.end();) {
    auto& branches = line->second.branches;
    while (!branches.empty() && !waiting_.contains(branches.front()))
      branches.pop_front(); // has left
    if (branches.empty()) {
      line = x.by_wish.erase(line);
      continue;
    }
    auto worker = best_for(*line->second.wanted);
    if (!worker) {
      ++line;
      continue;
    }
    out.push_back({branches.front(), worker->first});
    placed_[branches.front()] = worker->first;
    ++workers_.at(worker->first).running;
    waiting_.erase(branches.front());
    branches.pop_front();
    return true;
  }
  return false;
}

std::vector<placement::decision> placement::assign() {
  std::vector<decision> out;
  size_t passed_over = 0; // runs in a row for which there was nothing
  while (passed_over < runs_.size()) {
    auto run = std::move(runs_.front());
    runs_.pop_front();
    passed_over = assign_one(run, out) ? 0 : passed_over + 1;
    if (!run.by_wish.empty())
      runs_.push_back(std::move(run));
  }
  return out;
}

std::string placement::obstacle(ticket branch) const {
  auto& wanted = *waiting_.at(branch);
  if (workers_.empty())
    return "no worker is connected";
  std::vector<std::string> names;
  auto is_known = false;
  for (auto& [id, x] : workers_) {
    names.push_back(x.offer.name);
    if (!fits(x.offer, wanted))
      continue;
    is_known = true;
  }
  if (is_known)
    return "every worker that can run it was busy or draining";
  std::string wish;
  if (!wanted.worker.empty())
    wish = " called \"" + wanted.worker + "\"";
  if (!wanted.label.empty())
    wish += " with the label \"" + wanted.label + "\"";
  for (auto& kind : wanted.kinds)
    if (std::none_of(workers_.begin(), workers_.end(),
                     [&](auto& x) { return x.second.offer.kinds.contains(kind); }))
      wish += " that has the kind \"" + kind + "\"";
  std::string known;
  for (auto& name : names)
    known += (known.empty() ? "" : ", ") + name;
  return "no worker" + (wish.empty() ? std::string{" has all that it needs"} : wish) +
         " is connected (those that are: " + known + ")";
}

} // namespace troupe
