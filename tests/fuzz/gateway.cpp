// gateway::Gateway under control connections of any kind (input: gateway_story.hpp; laws:
// support/router_model.hpp).

#include "fuzz/gateway_story.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::GatewayStory({data, size}).run();
  return 0;
}
