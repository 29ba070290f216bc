/**
 * The Ethereum virtual machine, Frontier to Cancun, over a {@code StateReader} port. Imports
 * primitives only.
 */
@NullMarked
package io.lesnode.evm;

import org.jspecify.annotations.NullMarked;
