using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Chaos.Simulation.Runway;

/// <summary>
/// The network between one host and RunwayML, below the service's own HTTP client with its retries, timeouts and circuit
/// breaker.
/// </summary>
internal sealed class RunwayConnection(World world, Host host, RunwayService runway, RunwayFaults faults) : HttpMessageHandler
{
    private const string OutputHost = "output.example";

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(400);

    private static readonly byte[] Picture = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static readonly byte[] Oops = Encoding.UTF8.GetBytes("<html>Oops</html>");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        await using var cut = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));

        // Once sent, the request arrives, even if the host dies.
        world.After(world.Between(Least, Most), null, () => Arrive(request, body, answer));
        return await answer.Task;
    }

    private bool HasFaults => world.Now < Plan.FaultsEnd;

    private void Arrive(HttpRequestMessage request, string body, TaskCompletionSource<HttpResponseMessage> answer)
    {
        var what = $"{request.Method} {request.RequestUri!.Host}{request.RequestUri.AbsolutePath}";
        if (HasFaults && faults.Unreachable.Has(world.Now))
        {
            world.Tell("network", $"{what}: UNREACHABLE");
            Answer(() => answer.TrySetException(new HttpRequestException(HttpRequestError.ConnectionError, "Simulated.")));
            return;
        }

        if (HasFaults && faults.Hangs > 0 && world.Chance(faults.Hangs / 2))
        {
            world.Tell("network", $"{what}: LOST on the way");
            return;
        }

        var order = default(Order);
        var response = HasFaults && (faults.Down.Has(world.Now) || world.Chance(faults.Busy))
            ? Busy()
            : Handle(request, body, out order);
        response.RequestMessage = request;
        if (HasFaults && world.Chance(faults.Hangs / 2))
        {
            world.Tell("network", $"{what}: {(int)response.StatusCode} {order?.Id}, NO ANSWER");
            return;
        }

        if (HasFaults && world.Chance(faults.AnswerLost))
        {
            world.Tell("network", $"{what}: {(int)response.StatusCode} {order?.Id}, ANSWER LOST");
            Answer(() => answer.TrySetException(new HttpRequestException(HttpRequestError.ResponseEnded, "Simulated.")));
            return;
        }

        world.Tell("network", $"{what}: {(int)response.StatusCode} {order?.Id}");
        Answer(() =>
        {
            if (answer.TrySetResult(response) && order is not null)
            {
                order.IsAnswered = true;
            }
        });
    }

    private void Answer(Action answer)
    {
        if (!host.IsDead)
        {
            world.After(world.Between(Least, Most), host, answer);
        }
    }

    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="taken">The order that it made, if any.</param>
    private HttpResponseMessage Handle(HttpRequestMessage request, string body, out Order? taken)
    {
        taken = null;
        var path = request.RequestUri!.AbsolutePath;
        if (request.RequestUri.Host == OutputHost)
        {
            return Download(path);
        }

        if (path.EndsWith("/organization", StringComparison.Ordinal))
        {
            return Json(HttpStatusCode.OK, $$"""{ "tier": { "models": { "gen4_image": { "maxConcurrentGenerations": {{RunwayService.Concurrency}} } } } }""");
        }

        if (request.Method == HttpMethod.Post)
        {
            if (runway.Refusal is { } refusal)
            {
                return Refuse(refusal);
            }

            using var json = JsonDocument.Parse(body);
            taken = runway.Take(json.RootElement.GetProperty("promptText").GetString()!, host);
            return Json(HttpStatusCode.OK, $$$"""{"id":"{{{taken.Id}}}","estimatedCost":{"credits":{{{RunwayService.Price}}}}}""");
        }

        var found = runway.Find(path[(path.LastIndexOf('/') + 1)..]);
        if (found is null or { IsDeleted: true })
        {
            return Json(HttpStatusCode.NotFound, """{"error":"Could not find Task"}""");
        }

        if (request.Method == HttpMethod.Delete)
        {
            found.Delete();
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        return Json(HttpStatusCode.OK, Show(found));
    }

    private HttpResponseMessage Busy()
    {
        var status = world.Random.Next(4) switch
        {
            0 => HttpStatusCode.TooManyRequests,
            1 => HttpStatusCode.BadGateway,
            _ => HttpStatusCode.ServiceUnavailable,
        };
        var busy = Json(status, """{"error":"Simulated."}""");
        if (world.Random.Next(2) == 0)
        {
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(world.Random.Next(1, 20)));
        }

        return busy;
    }

    private static HttpResponseMessage Refuse(OrderRefusal refusal) => refusal == OrderRefusal.AccountEmpty
        ? Json(HttpStatusCode.BadRequest, """{"error":"You do not have enough credits to run this task."}""")
        : Json(HttpStatusCode.TooManyRequests, """{"error":"You have reached your daily task limit for this model."}""");

    private HttpResponseMessage Download(string path)
    {
        var order = runway.Find(path.Split('/')[1]);
        if (order is null or { IsDeleted: true })
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        }

        if (order.HasExpired)
        {
            order.HasExpired = false;
            return new HttpResponseMessage(HttpStatusCode.Forbidden);
        }

        var isCutOff = HasFaults && order.CutOffs < 2 && world.Chance(faults.AnswerLost);
        order.CutOffs += isCutOff ? 1 : 0;
        var content = new ByteArrayContent(order.IsBad ? Oops : isCutOff ? Picture[..^10] : Picture);
        content.Headers.ContentType = new MediaTypeHeaderValue(order.IsBad ? "text/html" : "image/png");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static string Show(Order order) => order.State switch
    {
        OrderState.Open => $$$"""{"id":"{{{order.Id}}}","status":"RUNNING","progress":0.5,"estimatedCost":{"credits":{{{RunwayService.Price}}}}}""",
        OrderState.Succeeded => $$$"""{"id":"{{{order.Id}}}","status":"SUCCEEDED","output":["https://{{{OutputHost}}}/{{{order.Id}}}/picture"],"cost":{"credits":{{{order.Cost}}}}}""",
        OrderState.Cancelled => $$$"""{"id":"{{{order.Id}}}","status":"CANCELLED","cost":{"credits":0}}""",
        _ => $$$"""{"id":"{{{order.Id}}}","status":"FAILED","failure":"Simulated.","failureCode":"{{{CodeOf(order)}}}","cost":{"credits":{{{order.Cost}}}}}""",
    };

    private static string CodeOf(Order order) => order.State switch
    {
        OrderState.Rejected => "SAFETY.INPUT.TEXT",
        OrderState.FailedForGood => "INTERNAL.BAD_OUTPUT.CODE01",
        _ => "INTERNAL",
    };

    private static HttpResponseMessage Json(HttpStatusCode status, string json) => new(status)
    {
        Content = new StringContent(json, Encoding.UTF8, "application/json"),
    };
}
