/**
 * Money that anybody can make, for tests and demonstrations: {@link
 * io.lesnode.payment.testmoney.TestMoneyMethod} takes it, {@link
 * io.lesnode.payment.testmoney.TestMoneyPayer} makes it. Off unless configured. Confined as every
 * method is.
 */
@NullMarked
package io.lesnode.payment.testmoney;

import org.jspecify.annotations.NullMarked;
