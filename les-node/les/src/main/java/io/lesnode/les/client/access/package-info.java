/**
 * Which parts of a state an execution needs: value machines that record it, guess it, remember it
 * and pack it into requests. {@link io.lesnode.les.client.access.SpeculativeState} is a state with
 * holes that an execution can run on to find out what it will read; {@link
 * io.lesnode.les.client.access.AccessMemory} knows what a call read the last time; {@link
 * io.lesnode.les.client.access.ProofPlan} packs what is missing into few requests.
 *
 * <p>No network, no disk and no clock in here. Each type says who owns it: states and plans belong
 * to one caller, the memories are shared and thread-safe.
 */
@NullMarked
package io.lesnode.les.client.access;

import org.jspecify.annotations.NullMarked;
