/**
 * What things cost: one immutable {@link io.lesnode.evm.gas.GasSchedule} per fork, and the
 * intrinsic gas of a transaction.
 */
@NullMarked
package io.lesnode.evm.gas;

import org.jspecify.annotations.NullMarked;
