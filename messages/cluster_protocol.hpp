// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/allow_unsafe.hpp"
#include "messages/run_protocol.hpp"
#include "messages/step_protocol.hpp"
#include "troupe/error.hpp"
#include "troupe/spending.hpp"

#include <caf/actor.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe {

namespace plan {
struct flow;  // config/plan.hpp
struct needs; // config/needs.hpp
} // namespace plan

// Between the actor that stands for a branch where its run is (`placed`), and the one that runs it
// on a worker (`branch`). A `link` on this side and a `session` on that side carry what they say.

/// A branch as a worker gets it. What it reads is shared with whoever made it.
struct branch_order {
  std::shared_ptr<const plan::flow> flow = {};
  const plan::node* node = nullptr; ///< of the flow
  bool is_whole = false;            ///< with all of its wrappers; else from its body inwards
  std::string path = {};
  std::string run_id = {};
  uint64_t generation = 1; ///< how often the branch has been placed by now
  start begin = {};
  std::shared_ptr<const plan::needs> needs = {};
  bool has_listeners = false; ///< somebody wants to know what happens
  bool keeps_all = true;      ///< see `run_services`
  bool has_budget = false;    ///< a budget is around
  bool is_undoing = false;
  std::vector<recorded> before = {}; ///< how steps inside have ended in earlier places
};

/// Placed to link: a worker is to run this. Owed one `branch_ended`, `branch_refused` or
/// `link_lost`.
struct ship {
  std::shared_ptr<const branch_order> order = {};
  caf::actor run = {};                  ///< is told what happens
  std::vector<caf::actor> budgets = {}; ///< around, for late bills
};

/// Placed to branch: stop. Idempotent.
struct stop_branch {
  stop_reason reason = stop_reason::requested;
};

/// Branch to placed: how it ended. Its last message, but for late bills.
struct branch_ended {
  uint64_t generation = 0;
  finished end = {};
  std::shared_ptr<const plan::flow> flow = {}; ///< of the end's nodes
};

/// Branch to session: how a step inside has ended, for `placed` to know (`recorded`).
struct branch_recorded {
  recorded what = {};
  std::shared_ptr<const plan::flow> flow = {};
};

/// Session or link to placed: it cannot be run there at all.
struct branch_refused {
  troupe::error why = {};
};

/// Members to placed: the worker is lost, and whatever ran there. They know of branches of which
/// the link never heard.
struct link_lost {
  caf::actor link = {};
  std::string why = {};
};

/// Branch to placed: a step inside wants to pass this gate: a limit, the budget around (`""`), or
/// leave to begin at all (`first_asked`).
struct gate_asked {
  static constexpr const char* budget = "";
  static constexpr const char* first = "!";
  std::string gate = {};
  uint64_t ticket = 0; ///< of the gate
  spending expected = {};
  bool is_undo = false;
};

/// Placed to branch: it may; or it has to wait, for whatever `waits_for` is called.
struct gate_answered {
  std::string gate = {};
  uint64_t ticket = 0;
  bool is_granted = false;
  std::string waits_for = {};
};

/// Branch to placed: the step has ended, or does not want to pass any more.
struct gate_left {
  std::string gate = {};
  uint64_t ticket = 0;
  spending spent = {};
  bool has_started = true;
};

/// Branch to placed: a step that runs has spent this by now. Ticket 0: the branch itself, which is
/// one step.
struct gate_spent {
  uint64_t ticket = 0;
  spending amount = {};
};

/// Branch to placed: somebody inside waits for a signal; or not any more.
struct signal_awaited {
  uint64_t number = 0;
  std::string path = {}, name = {}, message = {};
};
struct signal_dropped {
  uint64_t number = 0;
};

/// Placed to branch: it has come.
struct signal_given {
  uint64_t number = 0;
  value payload = {};
};

// Between `placed` and those who know the workers (`members`).

/// What a worker has to be for a branch.
struct place_request {
  std::string run_id = {};
  std::set<std::string> kinds = {}; ///< that it has to have
  std::string label = {};           ///< empty: any
  std::string worker = {};          ///< likewise
  std::set<std::string> lost = {};  ///< workers that were lost with it before: others go first
  duration queue{0};                ///< how long to wait for one
};

/// Placed to members: where may it go? Owed one `place_found` or `no_place`.
struct find_place {
  std::shared_ptr<const place_request> wanted = {};
};

/// Placed to members: its place is free again, or it wants none any more.
struct leave_place {};

struct place_found {
  caf::actor link = {};
  std::string worker = {};
};

struct no_place {
  troupe::error why = {};
};

/// What a worker says that it is.
struct worker_offer {
  std::string name = {}, version = {};
  std::set<std::string> labels = {}, kinds = {};
  size_t slots = 0;
};

/// What it says of itself from time to time.
struct worker_news {
  size_t running = 0, coordinators = 0;
  bool is_draining = false;
  duration round_trip{0};
};

/// Link to members: the worker has let us in; how it is; it is lost.
struct worker_up {
  worker_offer offer = {};
};
struct worker_changed {
  worker_news news = {};
};
struct worker_down {
  std::string why = {};
};

/// Engine to members: connect to that worker; do without it.
struct add_worker {
  std::string address = {};
};
struct remove_worker {
  std::string address = {};
};

/// Job to members: whether a connection can be made to that worker, as they number them.
struct probed {
  uint64_t worker = 0;
  std::string problem = {}; ///< empty: it can
};

/// Link or session to itself: send what waits.
struct flush {};

/// Members to link: leave.
struct close_link {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::ship)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_branch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::branch_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::branch_recorded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::branch_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::link_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gate_asked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gate_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gate_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::gate_spent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::signal_awaited)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::signal_dropped)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::signal_given)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::find_place)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::leave_place)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::place_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::no_place)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::add_worker)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::remove_worker)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::probed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::close_link)
