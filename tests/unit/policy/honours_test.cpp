// Markings that a recipient has undertaken to honour: PAP, the Chatham House rule, IEP.
#include "fixture.h"

