using System.Net;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ListTasksTests
{
    private const string List = "/scenario/save/tasks";

    [Fact]
    public async Task A_page_holds_tasks_as_they_are_shown_alone_and_leads_to_the_next()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Cancelled);
        var body = await (await server.GetAsync(List)).JsonAsync();
        var alone = await (await server.GetAsync($"{List}/t1")).JsonAsync();
        Assert.Equal(alone.ToJsonString(), body["tasks"]!.AsArray().Single()!.ToJsonString());
        Assert.Equal("page-2", body["next_cursor"]!.GetValue<string>());
        var last = await (await server.GetAsync($"{List}?cursor=page-2")).JsonAsync();
        Assert.Null(last["next_cursor"]);
    }

    [Fact]
    public async Task A_list_reads_nothing_from_the_store()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Cancelled);
        await server.GetAsync(List);
        Assert.Equal(0, server.Store.Reads);
    }

    [Theory]
    [InlineData("", null, 20, null)]
    [InlineData("?status=&limit=&cursor=", null, 20, null)]
    [InlineData("?status=running&limit=100&cursor=page-2", TaskState.Running, 100, "page-2")]
    [InlineData("?status=pending&limit=1", TaskState.Pending, 1, null)]
    public async Task Parameters_reach_the_engine(string query, TaskState? state, int limit, string? cursor)
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(List + query)).StatusCode);
        Assert.Equal(new TaskQuery(state, limit, cursor), server.Engine.LastQuery);
    }

    [Theory]
    [InlineData("?status=done&limit=0", "limit,status")]
    [InlineData("?status=Running", "status")]
    [InlineData("?status=0", "status")]
    [InlineData("?status=running&status=failed", "status")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=1e1", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?cursor=made-up", "cursor")]
    [InlineData("?cursor=made-up&status=done&limit=0", "cursor,limit,status")]
    [InlineData("?cursor=page-2&limit=0", "limit")]
    [InlineData("?cursor=page-2&cursor=page-2&limit=0", "cursor,limit")]
    public async Task Wrong_parameters_are_refused_by_name(string query, string names)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.GetAsync(List + query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(names, string.Join(',', (await response.ErrorsAsync()).Keys.Order()));
    }
}
