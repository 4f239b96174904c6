// A PORT of the client behind masquerade, for port 51210, and how it leaves.
#pragma once

#include <string>

namespace pinhole::test {

inline const std::string kOffer = "PORT 192,168,1,10,200,10\r\n";       // 26 bytes
inline const std::string kOfferEdited = "PORT 203,0,113,7,200,10\r\n";  // 25
inline const std::string kOfferMasked = "XXXX 192,168,1,10,200,10\r\n";

}  // namespace pinhole::test
