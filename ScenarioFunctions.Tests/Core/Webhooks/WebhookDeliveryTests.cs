using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Tests.Core.Webhooks;

public sealed class WebhookDeliveryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly WebhookOutcome Refused = new(WebhookVerdict.Failed, "HTTP 500");

    [Fact]
    public void The_pauses_grow_and_the_last_try_comes_about_a_day_after_the_first()
    {
        var at = Now;
        var delivery = new WebhookDelivery();
        var pauses = new List<TimeSpan>();
        while ((delivery = delivery.After(Refused, at)).Status == WebhookStatus.Pending)
        {
            pauses.Add(delivery.NextAttemptAt!.Value - at);
            at = delivery.NextAttemptAt.Value;
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(at - Now, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.Equal((WebhookStatus.Failed, 11, null), (delivery.Status, delivery.Attempts, delivery.NextAttemptAt));
        Assert.Equal("HTTP 500", delivery.Error);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(90, 90)]
    [InlineData(-3, 5)]
    [InlineData(1_000_000, 86_400)]
    public void The_pause_is_never_shorter_than_the_receiver_asked_for_up_to_a_day(int askedSeconds, int pauseSeconds)
    {
        var delivery = new WebhookDelivery().After(Refused with { RetryAfter = TimeSpan.FromSeconds(askedSeconds) }, Now);

        Assert.Equal(Now.AddSeconds(pauseSeconds), delivery.NextAttemptAt);
    }

    [Fact]
    public void A_try_that_arrives_ends_it_and_clears_the_fault_of_the_one_before()
    {
        var delivery = new WebhookDelivery().After(Refused, Now).After(new(WebhookVerdict.Delivered), Now.AddSeconds(5));

        Assert.Equal(
            new WebhookDelivery { Status = WebhookStatus.Delivered, Attempts = 2, LastAttemptAt = Now.AddSeconds(5) }, delivery);
    }

    [Fact]
    public void A_receiver_that_is_gone_ends_it()
    {
        var delivery = new WebhookDelivery().After(new(WebhookVerdict.Gone, "HTTP 410"), Now);

        Assert.Equal((WebhookStatus.Failed, null), (delivery.Status, delivery.NextAttemptAt));
    }
}
