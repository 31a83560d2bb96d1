#pragma once
#include "process.h"
#include "allocator.h"
