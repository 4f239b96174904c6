// Sessions that are no FTP, or not any more: why, who is told, and whether they end for it.
#pragma once

#include <optional>

#include "control/arrival.hpp"
#include "control/negotiator.hpp"
#include "control/session.hpp"

namespace pinhole::control {

/// Of a dialogue that is none.
Reason why_not_ftp(const ftp::Session& dialogue);

/// Reports, once, that the session is not FTP, if it is not (or not any more), and withdraws its pinhole.
void report_not_ftp(Session& session, Reason why, Negotiator& negotiator, alg::Observer& observer);

/// Reports a session that is not FTP where the policy resets those; why it ends, if it does.
std::optional<Reason> refuse_not_ftp(const Session& session, const ftp::Heard& heard, const Arrival& arrival,
                                     alg::Observer& observer);

}  // namespace pinhole::control
