using System.Net;
using ScenarioFunctions.Tests.Emulator;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

public sealed class CancelTests(PostgresCluster cluster, WorkerProgram program)
{
    [Fact]
    public async Task A_cancelled_task_stops_its_running_images_and_charges_none()
    {
        await using var service = await ProductionService.StartAsync(
            cluster, program, new EmulatorClock(DateTimeOffset.UnixEpoch.AddYears(60)));
        await service.GrantAsync("user_1", 100);
        var id = await service.SaveAsync("""{"title": "T", "scenes": [{}, {"image_prompt": "A"}, {"image_prompt": "B"}]}""", "user_1");
        await service.ScenesAsync("generation_id is not null", 2);

        var path = $"/scenario/save/tasks/{id}";
        using var cancelled = await service.Client.DeleteAsync(path, TestContext.Current.CancellationToken);
        using var again = await service.Client.DeleteAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (cancelled.StatusCode, again.StatusCode));
        Assert.Equal("cancelled", (string?)(await cancelled.JsonAsync())["status"]);
        await service.ScenesAsync("status = 'cancelled'", 2);
        Assert.Equal(0, await service.Supabase.Database.ScalarAsync<long>("select count(*) from credit_ledger"));
        Assert.Equal(100, await service.Supabase.Database.ScalarAsync<long>("select balance from credit_accounts"));
    }
}
