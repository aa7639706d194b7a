using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Moq;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ServiceFaultsTests
{
    [Fact]
    public async Task An_engine_that_takes_no_work_is_503_with_a_time_to_come_back()
    {
        await using var server = await ApiServer.StartAsync();
        server.Engine.Failure = new EngineUnavailableException("stopping");
        HttpResponseMessage[] answers =
        [
            await server.PostAsync(Posts.Save()),
            await server.GetAsync("/scenario/save/tasks"),
            await server.GetAsync("/scenario/save/tasks/t1"),
            await server.DeleteAsync("/scenario/save/tasks/t1"),
        ];
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.All(answers, answer => Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta));
    }

    [Theory]
    [InlineData(true, HttpStatusCode.ServiceUnavailable)]
    [InlineData(false, HttpStatusCode.InternalServerError)]
    public async Task A_store_that_fails_is_503_only_when_it_may_work_later(bool transient, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        server.Credits.Failure = new StorageException("relation credits at db.internal", transient);
        var response = await server.GetAsync("/credits/user_1");
        Assert.Equal(expected, response.StatusCode);
        Assert.DoesNotContain("db.internal", (await response.JsonAsync()).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_fault_tells_only_a_trace_id_that_finds_it_in_the_logs()
    {
        await using var server = await ApiServer.StartAsync();
        server.Engine.Failure = new InvalidOperationException("Password=hunter2");
        var response = await server.GetAsync("/scenario/save/tasks/t1");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var body = await response.JsonAsync();
        Assert.DoesNotContain("hunter2", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("/scenario/save/tasks/t1", body["instance"]!.GetValue<string>());
        var traceId = body["trace_id"]!.GetValue<string>();
        Assert.Contains(server.Log.Lines, line =>
            line.Level == LogLevel.Error && line.Message.Contains(traceId, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Content-Length: 100", true)]
    [InlineData("Content-Length: 100", false)]
    [InlineData("Transfer-Encoding: chunked", true)]
    [InlineData("Transfer-Encoding: chunked", false)]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_is_no_fault(string length, bool reset)
    {
        await using var server = await ApiServer.StartAsync();
        for (var i = 0; i < 20; i++) // who notices first, the read or the request, is a race
        {
            using var client = new TcpClient { LingerState = new LingerOption(reset, 0) };
            await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            var head = $"POST /scenario/save HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n{length}\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            await client.GetStream().ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length], TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("40\r\n{\"short_id\""u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await server.DisposeAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task A_read_that_notices_it_before_the_request_does_is_no_fault_either()
    {
        foreach (var cause in new Exception[] { new ConnectionResetException("reset"), new ConnectionAbortedException() })
        {
            var body = new Mock<Stream>();
            body.Setup(one => one.ReadAsync(It.IsAny<Memory<byte>>(), It.IsAny<CancellationToken>())).ThrowsAsync(cause);
            var context = new DefaultHttpContext { Request = { Body = body.Object, ContentType = "application/json" } };
            await using var server = await ApiServer.StartAsync();
            await server.Api.StartAsync(context);
            Assert.Empty(server.Log.Lines);
        }
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_fault()
    {
        await using var server = await ApiServer.StartAsync();
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        server.Engine.BeforeFind = async cancellationToken =>
        {
            asked.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                left.SetResult();
            }
        };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var call = server.Client.GetAsync("/scenario/save/tasks/t1", leaving.Token);
        await asked.Task;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task;
        await server.DisposeAsync();
        Assert.Empty(server.Log.Lines);
    }
}
