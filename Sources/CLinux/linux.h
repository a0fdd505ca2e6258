// System headers that Glibc's module leaves out. Nothing is declared or defined here.
#pragma once
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
