/**
 * The interpreter: a plain loop over 256-bit words held as four longs each in one flat stack, with
 * explicit call frames, so that 1024 nested calls need no more Java stack than one.
 *
 * <p>{@link io.lesnode.evm.interpreter.Evm} runs one message; everything it makes is confined to
 * the calling thread. {@link io.lesnode.evm.interpreter.CodeCache} is shared.
 */
@NullMarked
package io.lesnode.evm.interpreter;

import org.jspecify.annotations.NullMarked;
