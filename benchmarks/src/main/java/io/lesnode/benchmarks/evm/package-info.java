/** What the virtual machine costs: interpreter loop and precompiles. */
@NullMarked
package io.lesnode.benchmarks.evm;

import org.jspecify.annotations.NullMarked;
