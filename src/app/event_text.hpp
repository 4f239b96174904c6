// What an operator reads about an event: the connection, what happened to it and why, and, where something
// was refused, what that means and what to do.
//
// Texts are made of parsed values only, never of text from the wire: nobody can write into the log, and no
// password gets there.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "pinhole/alg/event.hpp"

namespace pinhole::app {

/// How important an event is.
LogLevel level_of(const alg::Event& event);

/// The line of an event: the connection, and what happened to it.
std::string describe(const alg::Event& event);

/// "192.0.2.1:40000 -> 198.51.100.2:21", and what NAT makes of it.
std::string describe(const alg::NatView& flow);

/// What was negotiated, without the connection's name.
std::string describe(const alg::Negotiated& negotiated);
std::string describe(const alg::Refused& refused);

}  // namespace pinhole::app
