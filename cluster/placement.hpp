// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/cluster_protocol.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// Decides which worker takes which branch: one that has the kinds, the label and a free slot, and
/// was not lost with the branch before; of those the least loaded. What finds none waits: runs take
/// turns, and within a run branches that want the same go in the order of asking. Told what
/// happens, it never acts by itself.
class placement {
public:
  using ticket = uint64_t;
  using worker_id = uint64_t;
  struct decision {
    ticket branch;
    worker_id worker;
  };

  void add(worker_id id, worker_offer offer);
  /// It takes nothing more; what runs there goes on.
  void drain(worker_id id, bool is_draining);
  /// What ran there is forgotten, and returned: it may ask again.
  std::vector<ticket> remove(worker_id id);

  void ask(ticket branch, std::shared_ptr<const place_request> wanted);
  /// It waits no longer, or its slot is free again.
  void leave(ticket branch);

  /// Who may go now.
  std::vector<decision> assign();

  bool is_waiting(ticket branch) const { return waiting_.contains(branch); }
  /// Why a branch that waits has to.
  std::string obstacle(ticket branch) const;
  size_t waiting() const { return waiting_.size(); }

private:
  struct worker {
    worker_offer offer;
    size_t running = 0;
    bool is_draining = false;
  };
  /// Branches of one run that want the same.
  struct line {
    std::shared_ptr<const place_request> wanted;
    std::deque<ticket> branches = {}; // some may have left
  };
  using lines = std::map<std::string, line>; // by what they want
  struct waiting_run {
    std::string id;
    lines by_wish = {};
  };

  static std::string wish_of(const place_request& x);
  static bool fits(const worker_offer& offer, const place_request& wanted);
  const std::pair<const worker_id, worker>* best_for(const place_request& wanted) const;
  bool assign_one(waiting_run& x, std::vector<decision>& out);

  std::map<worker_id, worker> workers_;
  std::deque<waiting_run> runs_; // the next to be served first
  std::map<ticket, std::shared_ptr<const place_request>> waiting_;
  std::map<ticket, worker_id> placed_;
};

} // namespace troupe
