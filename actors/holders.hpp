// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "messages/step_protocol.hpp"

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>

#include <map>
#include <optional>
#include <utility>

namespace troupe {

/// Who asked a gate for what: an attempt of a supervisor has one ticket.
class holders {
public:
  struct holder {
    caf::actor supervisor;
    attempt_id attempt;
  };

  uint64_t add(caf::actor who, attempt_id attempt) {
    auto ticket = ++last_;
    tickets_[{caf::actor_cast<caf::actor_addr>(who), attempt}] = ticket;
    by_ticket_[ticket] = {std::move(who), attempt};
    return ticket;
  }
  std::optional<uint64_t> find(const caf::actor_addr& who, attempt_id attempt) const {
    auto found = tickets_.find({who, attempt});
    return found == tickets_.end() ? std::nullopt : std::optional{found->second};
  }
  /// The ticket's holder; null if it was taken out.
  const holder* at(uint64_t ticket) const {
    auto found = by_ticket_.find(ticket);
    return found == by_ticket_.end() ? nullptr : &found->second;
  }
  void remove(uint64_t ticket) {
    if (auto known = by_ticket_.extract(ticket); !known.empty())
      tickets_.erase(
        {caf::actor_cast<caf::actor_addr>(known.mapped().supervisor), known.mapped().attempt});
  }

private:
  std::map<std::pair<caf::actor_addr, attempt_id>, uint64_t> tickets_;
  std::map<uint64_t, holder> by_ticket_;
  uint64_t last_ = 0;
};

} // namespace troupe
